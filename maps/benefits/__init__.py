"""The resident's benefits in the browser: what I am entitled to here, my vouchers, and why it was so decided.

Server-rendered pages without a script of their own. They read rules.benefits and write nothing.
"""
