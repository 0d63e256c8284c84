/** What the module imports, see code.py. */
declare const katex: { renderToString(latex: string, options: object): string };
