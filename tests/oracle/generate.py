#!/usr/bin/env python3
"""Expressions that nobody would write: combinations of operators, functions and literals, the same on every run.

Usage: generate.py [count]    prints them, one a line

Each generator makes an expression of the type that it is named after; now and then one of another type stands where
Terraform converts or refuses. Nothing here is marked sensitive: the console would not show it.
"""

import random
import sys

SEED = 1103
NUMBERS = ["0", "1", "2", "3", "-1", "7", "10", "1.5", "0.1", "-2.5", "255", "65535", "1e3", "2.5e-3"]
LARGE = ["9007199254740993", "18446744073709551616", "123456789012345678901234567890", "1e40", "1e-40"]
TEXTS = ["", "a", "b", "Ab-c", "10", "-3", "1.50", "true", "x y", " pad ", "a,b,,c", "10.0.0.0/16", "é", "<&>", "k=v"]
KEYS = ["a", "b", "c", "k1"]


class Generator:
    def __init__(self, seed=SEED):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def quoted(self):
        return '"' + self.random.choice(TEXTS) + '"'

    def any(self, depth):
        return self.pick(self.number, self.text, self.truth, self.list, self.map, self.text, self.number)(depth)

    def loose(self, wanted, depth):
        """Mostly of the wanted type."""
        if self.random.random() < 0.06:
            return self.pick(lambda _: "null", self.any)(depth - 1)
        return wanted(depth - 1)

    def number(self, depth):
        r = self.random
        if depth <= 0:
            return r.choice(NUMBERS if r.random() < 0.85 else LARGE)
        n = lambda: self.loose(self.number, depth)
        l = lambda: self.loose(self.list, depth)
        t = lambda: self.loose(self.text, depth)
        return r.choice(
            [
                lambda: f"{n()} + {n()}",
                lambda: f"({n()} - {n()})",
                lambda: f"({n()}) * ({n()})",
                lambda: f"({n()}) / ({n()})",
                lambda: f"({n()}) % {self.pick('3', '2.5', '-7', '10')}",
                lambda: f"-({n()})",
                lambda: f"abs({n()})",
                lambda: f"ceil({n()})",
                lambda: f"floor({n()})",
                lambda: f"max({n()}, {n()})",
                lambda: f"min({n()}, {n()}, {n()})",
                lambda: f"pow({self.pick('2', '10', '1.5')}, {self.pick('3', '0.5', '64', '-2')})",
                lambda: f"length({self.pick(l, t)()})",
                lambda: f"sum([{n()}, {n()}])",
                lambda: f"parseint({self.pick(chr(34) + 'ff' + chr(34), chr(34) + '101' + chr(34), t())}, 16)",
                lambda: f"tonumber({t()})",
                lambda: f"({self.truth(depth - 1)} ? {n()} : {n()})",
                lambda: f"try({self.any(depth - 1)}[0], {n()})",
            ]
        )()

    def text(self, depth):
        r = self.random
        if depth <= 0:
            return self.quoted()
        t = lambda: self.loose(self.text, depth)
        n = lambda: self.loose(self.number, depth)
        l = lambda: self.loose(self.list, depth)
        a = lambda: self.any(depth - 1)
        return r.choice(
            [
                lambda: f'"${{{t()}}}-${{{n()}}}"',
                lambda: f'"x${{{a()}}}"',
                lambda: f'"%{{ if {self.truth(depth - 1)} }}${{{t()}}}%{{ else }}no%{{ endif }}"',
                lambda: f'"%{{ for v in {l()} }}${{v}},%{{ endfor }}"',
                lambda: f"{self.pick('upper', 'lower', 'title', 'trimspace', 'strrev', 'chomp')}({t()})",
                lambda: f"substr({t()}, {self.pick('0', '1', '-1')}, {self.pick('2', '-1', '10')})",
                lambda: f"replace({t()}, {self.quoted()}, {self.quoted()})",
                lambda: f"join({self.quoted()}, {l()})",
                lambda: f"format({self.pick(*FORMATS)}, {a()})",
                lambda: f'format("%s/%v", {t()}, {a()})',
                lambda: f"tostring({self.pick(n, t)()})",
                lambda: f"jsonencode({a()})",
                lambda: f"{self.pick('base64encode', 'urlencode', 'md5', 'sha256')}({t()})",
                lambda: f"coalesce({t()}, {t()}, \"z\")",
                lambda: f"{self.pick('trimprefix', 'trimsuffix', 'trim')}({t()}, {self.quoted()})",
                lambda: f"indent({self.pick('0', '2')}, {t()})",
                lambda: f"({self.truth(depth - 1)} ? {t()} : {self.pick(t, n)()})",
                lambda: f"lookup({self.loose(self.map, depth)}, {self.quoted()}, {t()})",
                lambda: f"element({l()}, {n()})",
                lambda: f"yamlencode({a()})",
                lambda: f"cidrsubnet({self.pick(*BLOCKS)}, {self.pick('4', '8', '1')}, {self.pick('0', '1', '9')})",
            ]
        )()

    def truth(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("true", "false")
        n = lambda: self.loose(self.number, depth)
        t = lambda: self.loose(self.text, depth)
        b = lambda: self.loose(self.truth, depth)
        a = lambda: self.any(depth - 1)
        return r.choice(
            [
                lambda: f"{n()} {self.pick('<', '<=', '>', '>=')} {n()}",
                lambda: f"({a()}) == ({a()})",
                lambda: f"({t()}) != ({t()})",
                lambda: f"({n()}) == ({n()})",
                lambda: f"!({b()})",
                lambda: f"({b()} && {b()})",
                lambda: f"({b()} || {b()})",
                lambda: f"contains({self.loose(self.list, depth)}, {a()})",
                lambda: f"{self.pick('startswith', 'endswith', 'strcontains')}({t()}, {self.quoted()})",
                lambda: f"can({a()})",
                lambda: f"{self.pick('alltrue', 'anytrue')}([{b()}, {b()}])",
                lambda: f"tobool({self.pick(b, t)()})",
            ]
        )()

    def list(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("[]", '["a", "b"]', "[1, 2, 3]", '["b", "a", "b"]', '[1, "a"]', "[true]", '["", "c"]')
        a = lambda: self.any(depth - 1)
        l = lambda: self.loose(self.list, depth)
        m = lambda: self.loose(self.map, depth)
        t = lambda: self.loose(self.text, depth)
        n = lambda: self.loose(self.number, depth)
        return r.choice(
            [
                lambda: "[" + ", ".join(a() for _ in range(r.randint(0, 3))) + "]",
                lambda: f"concat({l()}, {l()})",
                lambda: f"[for v in {self.pick(l, m)()} : {self.pick('v', n(), t())}]",
                lambda: f"[for i, v in {l()} : i if {self.truth(depth - 1)}]",
                lambda: f"[for v in {l()} : {self.pick('upper(v)', 'v + 1', chr(34) + '${v}!' + chr(34))}]",
                lambda: f"{self.pick('reverse', 'distinct', 'sort', 'compact', 'flatten', 'tolist', 'toset')}({l()})",
                lambda: f"split({self.quoted()}, {t()})",
                lambda: f"range({self.pick('3', '0', '-2', n())})",
                lambda: f"slice({l()}, {self.pick('0', '1')}, {self.pick('1', '2')})",
                lambda: f"{self.pick('keys', 'values')}({m()})",
                lambda: f"chunklist({l()}, {self.pick('1', '2')})",
                lambda: f"{self.pick('setunion', 'setintersection', 'setsubtract')}({l()}, {l()})",
                lambda: f"setproduct({l()}, {l()})",
                lambda: f"({self.truth(depth - 1)} ? {l()} : {l()})",
                lambda: f"{l()}[*]",
                lambda: f"[{m()}, {m()}][*].a",
                lambda: f"coalescelist({l()}, {l()})",
                lambda: f"formatlist({self.pick(*FORMATS)}, {l()})",
                lambda: f"regexall({self.pick(*PATTERNS)}, {t()})",
                lambda: f"matchkeys({l()}, {l()}, {l()})",
            ]
        )()

    def map(self, depth):
        r = self.random
        if depth <= 0:
            return self.pick("{}", "{ a = 1 }", '{ a = "x", b = "y" }', '{ b = true, "k1" = null }', '{ c = ["p", "q"] }')
        a = lambda: self.any(depth - 1)
        m = lambda: self.loose(self.map, depth)
        l = lambda: self.loose(self.list, depth)
        return r.choice(
            [
                lambda: "{ " + ", ".join(f"{key} = {a()}" for key in r.sample(KEYS, r.randint(0, 3))) + " }",
                lambda: f"merge({m()}, {m()})",
                lambda: f'zipmap(["a", "b"], [{a()}, {a()}])',
                lambda: f"{{ for k, v in {m()} : {self.pick('k', 'upper(k)', 'v')} => {self.pick('v', a())} }}",
                lambda: f"{{ for v in {l()} : {self.pick('v', 'substr(v, 0, 1)')} => v... }}",
                lambda: f"tomap({m()})",
                lambda: f"({self.truth(depth - 1)} ? {m()} : {m()})",
                lambda: f"jsondecode(jsonencode({m()}))",
                lambda: f"yamldecode(yamlencode({m()}))",
                lambda: f"transpose({m()})",
            ]
        )()


FORMATS = [f'"{pattern}"' for pattern in ["%s", "%v", "%d", "%5d|", "%-5s|", "%05.1f", "%x", "%q", "%#v", "%t", "%g"]]
BLOCKS = ['"10.0.0.0/8"', '"192.168.1.7/24"', '"fd00::/48"', '"10.0.0.0"']
PATTERNS = ['"[a-z]+"', '"(\\\\w)(\\\\d)?"', '"a(?P<n>.)"', '"^"', '"["']


def expressions(count=700):
    generator = Generator()
    found = {}
    while len(found) < count:
        expression = generator.any(generator.random.choice([1, 2, 2, 3]))
        if len(expression) <= 300:
            found[expression] = None
    return list(found)


if __name__ == "__main__":
    print("\n".join(expressions(*map(int, sys.argv[1:]))))
