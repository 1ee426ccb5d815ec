"""The studio: a page on the person's own machine in which a network is seen through.

The room only serves. What is computed comes from ``inspection``, ``model`` and ``training``; here
are the table of what can be asked (`routes`), the forms of questions and answers (`messages`,
`frames`), and what keeps others out (`guard`). The page itself is built from ``web/`` into
``static/``. ``pellucid studio`` and :meth:`pellucid.Model.open` start it.
"""
