import js from "@eslint/js";

// The files of a component are joined into one module, so a name may come from, or be used in,
// another of them. The type check sees them all and finds what is undefined or unused.
export default [
  js.configs.recommended,
  {
    rules: {
      "no-undef": "off",
      "no-unused-vars": "off",
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
