"""OGC API Processes (Part 1, 18-062r2): what the city's layers can be asked to work out, at once or as a job.

A process is declared once (`declaring.Process`) and put into the `registry`; from that follow its description, the
check of its inputs, its form and its jobs. Owns `Job` and `JobResult`. Imports the window's other parts and everything
below.
"""
