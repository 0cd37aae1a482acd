"""Rationales and comments are written in markdown. Twice guarded: no HTML goes in, and what comes out is cleaned."""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# A page has its own headings; a rationale's stand below them.
TAGS = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
TAGS |= {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span"}
CLASSES = {"span": {"mention"}}
# "@ana", but not the one in "ana@desk.example".
MENTION = re.compile(r"(?<![\w@/.+-])@([\w.+-]+)")
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def to_html(text: str, people: Mapping[str, str] | None = None) -> SafeString:
    """Markdown as HTML that is safe to show; `people` are what to call those whom it mentions, by their names in lower
    case as they are written."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
    for words in _plain_words(tokens) if people else ():
        words.type, words.content = "html_inline", _with_names(words.content, people or {})
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308 (cleaned by nh3)


def to_plain(text: str) -> str:
    """The words of a markdown text alone, for a line in a list."""
    return unescape(nh3.clean(to_html(text), tags=set())).strip()


def names_mentioned(text: str) -> list[str]:
    """The names after an @ in a text, as they are written, each once; not those in code or addresses."""
    found = (match[1] for words in _plain_words(_markdown.parse(text)) for match in MENTION.finditer(words.content))
    return list(dict.fromkeys(found))


def spellings(name: str) -> list[str]:
    """What may be meant by a name after an @, the likeliest first: a full stop may end the sentence."""
    return list(dict.fromkeys([name.lower(), name.lower().rstrip(".+-")]))


def _plain_words(tokens: list[Token]) -> Iterator[Token]:
    """The pieces of running text, without those of links."""
    for token in tokens:
        within = 0
        for child in token.children or ():
            within += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and not within:
                yield child


def _with_names(words: str, people: Mapping[str, str]) -> str:
    shown, at = [], 0
    for match in MENTION.finditer(words):
        meant = next((name for name in spellings(match[1]) if name in people), None)
        if meant is not None:
            end = match.start(1) + len(meant)
            shown += [escape(words[at : match.start()]), f'<span class="mention">{escape(people[meant])}</span>']
            at = end
    return "".join([*shown, escape(words[at:])])
