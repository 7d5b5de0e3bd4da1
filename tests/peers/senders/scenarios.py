"""The scenarios of the comparison: records, and what the server at each address does.

A host is NAME: [(FAMILY, MOOD), ...]; addresses are given out in this order. MOODS say how a
receiver behaves; "refused" is an address at which nobody listens. MX "" is no record, "nxdomain"
and "servfail" are answers. The domain's own addresses stand under the host "@".
"""

OK, DOWN = (4, "accept"), (4, "refused")

FIXED = {
    "single": ([(10, "a")], {"a": [OK]}),
    "two": ([(10, "a"), (20, "b")], {"a": [OK], "b": [OK]}),
    "answer-order": ([(20, "b"), (10, "a")], {"a": [OK], "b": [OK]}),
    "primary-down": ([(10, "a"), (20, "b")], {"a": [DOWN], "b": [OK]}),
    "primary-421": ([(10, "a"), (20, "b")], {"a": [(4, "421")], "b": [OK]}),
    "primary-554": ([(10, "a"), (20, "b")], {"a": [(4, "554")], "b": [OK]}),
    "primary-closes": ([(10, "a"), (20, "b")], {"a": [(4, "close")], "b": [OK]}),
    "primary-resets": ([(10, "a"), (20, "b")], {"a": [(4, "reset")], "b": [OK]}),
    "primary-garbage": ([(10, "a"), (20, "b")], {"a": [(4, "garbage")], "b": [OK]}),
    "primary-rcpt-451": ([(10, "a"), (20, "b")], {"a": [(4, "rcpt451")], "b": [OK]}),
    "primary-rcpt-550": ([(10, "a"), (20, "b")], {"a": [(4, "rcpt550")], "b": [OK]}),
    "primary-tls": ([(10, "a"), (20, "b")], {"a": [(4, "tlsbroken")], "b": [OK]}),
    "only-421": ([(10, "a")], {"a": [(4, "421")]}),
    "only-554": ([(10, "a")], {"a": [(4, "554")]}),
    "only-down": ([(10, "a")], {"a": [DOWN]}),
    "second-address": ([(10, "a")], {"a": [(6, "refused"), (4, "accept")]}),
    "three-tiers": ([(10, "a"), (20, "b"), (30, "c")], {"a": [DOWN], "b": [DOWN], "c": [OK]}),
    "implicit": ("", {"@": [OK]}),
    "nothing": ("", {}),
    "null-mx": ([(0, ".")], {}),
    "null-preference": ([(10, ".")], {}),
    "null-mixed": ([(0, "."), (10, "a")], {"a": [OK]}),
    "nxdomain": ("nxdomain", {}),
    "servfail": ("servfail", {}),
    "alias": ([(10, "alias"), (20, "b")], {"alias": "a", "a": [OK], "b": [OK]}),
    "unresolvable": ([(10, "gone"), (20, "b")], {"b": [OK]}),
    "all-unresolvable": ([(10, "gone"), (20, "away")], {}),
    "six-down": ([(10, c) for c in "abcdef"] + [(20, "z")],
                 dict({c: [DOWN] for c in "abcdef"}, z=[OK])),
    "ten-tiers": ([(10 * i, "abcdefghij"[i]) for i in range(10)],
                  {c: [DOWN if c < "j" else OK] for c in "abcdefghij"}),
    "same-name-twice": ([(10, "a"), (20, "a"), (30, "b")], {"a": [DOWN], "b": [OK]}),
}

DRAWS = {
    "three-equal": ([(10, "a"), (10, "b"), (10, "c")], {"a": [OK], "b": [OK], "c": [OK]}),
    "families": ([(10, "a"), (10, "b"), (10, "c")],
                 {"a": [OK, (6, "accept")], "b": [OK, (6, "accept")], "c": [OK]}),
    "one-host": ([(10, "a")], {"a": [OK, OK, OK, OK]}),
}
