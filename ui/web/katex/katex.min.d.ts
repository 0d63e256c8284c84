declare const katex: { renderToString(latex: string, options: object): string };
export default katex;
