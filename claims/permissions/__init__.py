"""Who may do what: `check_x` raises with a reason that a person can read, `can_x` answers yes or no.

Buttons ask `can_x`, what they lead to asks `check_x`: the same rule. One truth table tests both. Everybody else asks
`permissions.check_x`, whichever file of the package it is in.
"""

# The order of docs/permissions.md.
# isort: off
from claims.permissions.facts import *
from claims.permissions.articles import *
from claims.permissions.claims import *
from claims.permissions.views import *
from claims.permissions.holds import *
from claims.permissions.reviews import *
from claims.permissions.comments import *
from claims.permissions.administration import *
