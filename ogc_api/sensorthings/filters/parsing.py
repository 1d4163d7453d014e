"""Recursive descent over the tokens, by the precedence of OData 4.0 (11.2): from `or`, the loosest, to a sign."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ogc_api.sensorthings.filters.syntax import Call, Expression, ExpressionError, Literal, Path
from ogc_api.sensorthings.filters.tokens import Token, tokens

DEPTH_MAX = 40
OPERATORS_MAX = 200  # each may make the tree one deeper
LEVELS = (("or",), ("and",), ("eq", "ne", "gt", "ge", "lt", "le"), ("add", "sub"), ("mul", "div", "mod"))
COMPARISON = 2  # the level whose operators do not follow each other


def parse(text: str) -> Expression:
    """Raises ExpressionError."""
    return _whole(text, _Parser.expression)


def parse_path(text: str) -> Path:
    """The path of an $orderby term; raises ExpressionError."""
    expression = _whole(text, _Parser.expression)
    if not isinstance(expression, Path):
        raise ExpressionError(_("“%(text)s” is not the name of a property.") % {"text": text[:60]})
    return expression


def _whole(text: str, read: "Callable[[_Parser], Expression]") -> Expression:
    parser = _Parser(tokens(text))
    expression = read(parser)
    if parser.next.kind != "end":
        raise parser.unexpected()
    return expression


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.found = found
        self.place = 0
        self.depth = 0
        self.operators = 0

    @property
    def next(self) -> Token:
        return self.found[self.place]

    def unexpected(self) -> ExpressionError:
        if self.next.kind == "end":
            return ExpressionError(_("The expression ends too early."))
        before = " ".join(token.text for token in self.found[max(self.place - 3, 0) : self.place])
        return ExpressionError(
            _("“%(text)s” is not expected after “%(before)s”.") % {"text": self.next.text[:40], "before": before[-60:]}
        )

    def expression(self) -> Expression:
        self._deeper()
        found = self._binary(0)
        self.depth -= 1
        return found

    def _binary(self, level: int) -> Expression:
        if level == len(LEVELS):
            return self._unary()
        if level == COMPARISON and self._is_word("not"):
            return self._signed("not", level)  # not a eq b: the grammar of OData takes all of it
        left = self._binary(level + 1)
        while self.next.kind == "name" and self.next.text in LEVELS[level]:
            name = self._take().text
            self.operators += 1
            if self.operators > OPERATORS_MAX:
                raise ExpressionError(_("More than %(max)d operators.") % {"max": OPERATORS_MAX})
            left = Call(name, (left, self._binary(level + 1)))
            if level == COMPARISON:
                break
        return left

    def _unary(self) -> Expression:
        if self._is_word("not"):
            return self._signed("not", len(LEVELS))
        if self._is_mark("-"):
            return self._signed("negate", len(LEVELS))
        return self._primary()

    def _signed(self, name: str, level: int) -> Expression:
        self._take()
        self._deeper()
        found = Call(name, (self._binary(level),))
        self.depth -= 1
        return found

    def _primary(self) -> Expression:
        if self._is_mark("("):
            self._take()
            found = self.expression()
            self._close()
            return found
        if self.next.kind == "literal":
            return Literal(self._take().value)
        if self.next.kind != "name":
            raise self.unexpected()
        name = self._take().text
        if self._is_mark("("):
            self._take()
            return Call(name.lower(), self._arguments())
        return Path(tuple(name.split("/")))

    def _arguments(self) -> tuple[Expression, ...]:
        if self._is_mark(")"):
            self._take()
            return ()
        found = [self.expression()]
        while self._is_mark(","):
            self._take()
            found.append(self.expression())
        self._close()
        return tuple(found)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise ExpressionError(_("Nested more than %(max)d deep.") % {"max": DEPTH_MAX})

    def _close(self) -> None:
        if not self._is_mark(")"):
            raise self.unexpected()
        self._take()

    def _take(self) -> Token:
        self.place += 1
        return self.found[self.place - 1]

    def _is_word(self, text: str) -> bool:
        return self.next.kind == "name" and self.next.text == text

    def _is_mark(self, text: str) -> bool:
        return self.next.kind == "mark" and self.next.text == text
