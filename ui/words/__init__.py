"""What a page says: equations, tables, and sentences whose numbers are those of the page.

- ``guide``: the lesson's words where the learner stands, and the end of each page
- ``remarks``: sentences that are said of a graph and its values
- ``quotes``: a text's numbers put in; ``pieces``: the same text, for the stage, with live numbers
- ``substitution``: a formula with numbers put in, with as many digits as it takes
- ``equations``: forward and backward pass; ``updates``: a step of descent
- ``mathml``: LaTeX inside a text, as MathML; ``tables``: small tables, as Markdown
"""
