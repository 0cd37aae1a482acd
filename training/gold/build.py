#!/usr/bin/env python3
"""Build gold.jsonl from articles/*.txt, check it and print counts.

python3 build.py            build, check, print the counts
python3 build.py --table    also print source | cue | content | speaker, article by article
python3 build.py --table 07 the same for articles whose id begins with 07
"""

import collections
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
KINDS = {"person", "organization", "country", "group", "document", "unknown"}
ACTS = {"state", "deny", "accuse", "promise", "predict", "ask", "order", "praise", "criticise"}
TAGS = {"head", "cap", "trans", "qa", "bul", "live"}
OPEN = re.compile(r"\[([sct])(\d+(?:,\d+)*)(?:\|([^|\[\]]*)\|| )")
PARTS = {"s": "source", "c": "cue", "t": "content"}
PRONOUNS = {
    "i",
    "we",
    "you",
    "he",
    "she",
    "it",
    "they",
    "who",
    "which",
    "that",
    "his",
    "her",
    "their",
    "my",
    "our",
    "others",
    "both",
    "some",
    "one",
    "another",
    "this",
    "none",
}


def fail(where, why):
    sys.exit(f"{where}: {why}")


def entities(head, where):
    """`@KEY name | kind | role` (`@~KEY`: not named in the article) and `@KEY A & B` for two keys."""
    known = {}
    for line in filter(None, head.splitlines()):
        key, _, rest = line[1:].partition(" ")
        named = not key.startswith("~")
        key = key.lstrip("~")
        if line[0] != "@" or key in known:
            fail(where, f"bad entity line {line!r}")
        if "|" not in rest:
            several = [known[k.strip()] for k in rest.split("&")]
            names = [e["speaker"] for e in several]
            known[key] = {
                "speaker": " and ".join(names),
                "speaker_kind": "group",
                "named": True,
                "role": "",
                "speakers": names,
            }
            continue
        name, kind, role = ([p.strip() for p in rest.split("|")] + [""])[:3]
        if kind not in KINDS:
            fail(where, f"kind {kind!r}")
        name = None if name == "-" else name
        known[key] = {
            "speaker": name,
            "speaker_kind": kind,
            "role": role,
            "named": named and name is not None and kind in {"person", "organization", "country"},
        }
    return known


def parse(body, known, where):
    """Marked-up text -> plain text, attributions by number, numbers of boilerplate lines."""
    out, stack = [], []
    spans = collections.defaultdict(lambda: {"source": [], "cue": [], "content": []})
    label, i, length, boiler = {}, 0, 0, []
    while i < len(body):
        if body.startswith("~~", i) and (i == 0 or body[i - 1] == "\n"):
            if stack:
                fail(where, "boilerplate inside a span")
            boiler.append(length)
            i += 2
            continue
        m = OPEN.match(body, i)
        if m:
            if m[1] == "c":
                if m[3] is None:
                    fail(where, f"cue without a label: {body[i : i + 40]!r}")
                label[int(m[2])] = m[3].split()
            stack.append((m[1], [int(n) for n in m[2].split(",")], length))
            i = m.end()
            continue
        ch = body[i]
        if ch == "[":
            stack.append(None)
        elif ch == "]":
            if not stack:
                fail(where, f"] too many near {body[max(0, i - 40) : i]!r}")
            top = stack.pop()
            if top:
                kind, numbers, start = top
                text = "".join(out)[start:length]
                # a span that runs over paragraphs becomes one part a paragraph
                for piece in re.finditer(r"[^\n]+", text):
                    s, e = start + piece.start(), start + piece.end()
                    for n in numbers:
                        spans[n][PARTS[kind]].append([s, e])
                i += 1
                continue
        out.append(ch)
        length += 1
        i += 1
    if stack:
        fail(where, f"unclosed {stack}")
    text = "".join(out)
    found = []
    for n, a in sorted(spans.items()):
        at = f"{where} #{n}"
        if n not in label:
            fail(at, "no cue")
        key, *flags = label[n]
        if key not in known:
            fail(at, f"unknown entity {key!r}")
        tags = [f[1:] for f in flags if f.startswith("#")]
        acts = [f for f in flags if f in ACTS]
        thought = "th" in flags
        rest = set(flags) - {"th", "neg"} - set(acts) - {"#" + t for t in tags}
        if rest or len(acts) > 1 or (thought and acts) or set(tags) - TAGS:
            fail(at, f"flags {flags}")
        e = known[key]
        for part in a.values():
            part.sort()
        found.append(
            {
                **a,
                "speaker": e["speaker"],
                "speaker_kind": e["speaker_kind"],
                "named": e["named"],
                "role": e["role"],
                "speech": not thought,
                "act": None if thought else (acts or ["state"])[0],
                "negated": "neg" in flags,
                "parent": None,
                **({"speakers": e["speakers"]} if "speakers" in e else {}),
                "_tags": tags,
                "_n": n,
            }
        )
    unused = set(known) - {v[0] for v in label.values()}
    unused -= {k for k in unused if any(known[k]["speaker"] in known[v[0]].get("speakers", []) for v in label.values())}
    if unused:
        fail(where, f"entities never used: {sorted(unused)}")
    return text, found, boiler


def every(a):
    return [s for k in PARTS.values() for s in a[k]]


def inside(a, b):
    """The cue of a lies within one part of the content of b."""
    return all(any(s >= x and e <= y for x, y in b["content"]) for s, e in a["cue"])


def order_and_nest(found):
    def start(a):
        return min(s for s, _ in every(a))

    depth = {id(a): sum(b is not a and inside(a, b) for b in found) for a in found}
    found.sort(key=lambda a: (start(a), depth[id(a)], a["cue"]))
    for a in found:
        outer = [i for i, b in enumerate(found) if b is not a and inside(a, b)]
        if outer:  # the innermost: the one with the shortest content
            a["parent"] = min(outer, key=lambda i: sum(e - s for s, e in found[i]["content"]))
    return found


def check(where, text, found):
    for i, a in enumerate(found):
        at = f"{where} #{a['_n']}"
        if not a["cue"] or not a["content"]:
            fail(at, "cue or content missing")
        if len(a["cue"]) > 1:
            fail(at, "cue in several parts")
        taken = []
        for s, e in every(a):
            if not 0 <= s < e <= len(text):
                fail(at, f"span {s}-{e} outside the text")
            if text[s].isspace() or text[e - 1].isspace():
                fail(at, f"white space at the edge of {text[s:e]!r}")
            if "\n" in text[s:e]:
                fail(at, "a span crosses a line break")
            for c in (text[s - 1 : s] + text[s], text[e - 1] + text[e : e + 1]):
                if len(c) == 2 and c.isalnum():
                    fail(at, f"a word is cut at {text[s:e]!r}")
            if any(s < y and x < e for x, y in taken):
                fail(at, f"its own spans overlap at {text[s:e]!r}")
            taken.append([s, e])
        if a["parent"] is not None:
            b = found[a["parent"]]
            if a["parent"] == i or any(not any(s >= x and e <= y for x, y in b["content"]) for s, e in every(a)):
                fail(at, "not wholly inside its parent's content")
        last = text[a["content"][-1][1] - 1]
        if last in ".,;" and not (text[a["content"][-1][0]] in "“‘\"'«„"):
            if not set(a["_tags"]) & {"trans", "qa", "bul"} and not text[a["cue"][0][0] : a["cue"][0][1]].endswith(":"):
                fail(at, f"unquoted content ends in {last!r}: {text[a['content'][-1][0] : a['content'][-1][1]]!r}")
        if text[a["cue"][0][1] - 1] in ",.;" or a["content"][0][0] == a["cue"][0][1] and text[a["cue"][0][0]] != ":":
            fail(at, "the edges of cue and content touch")
        if (a["speaker"] is None) != (a["speaker_kind"] == "unknown"):
            fail(at, "speaker null if and only if unknown")
        for name in a.get("speakers", [a["speaker"]] if a["named"] else []):
            if name not in text:
                fail(at, f"the text nowhere has the name {name!r}")
        for s, e in a["source"]:
            if ", " in text[s:e] and text[e : e + 1] == "," and " and " not in text[s:e]:
                fail(at, f"the comma that closes the apposition belongs to the source: {text[s:e]!r}")
        if a["role"] and a["role"].casefold() not in text.casefold():
            fail(at, f"the text nowhere has the role {a['role']!r}")


def main():
    count = collections.Counter()
    facets = collections.defaultdict(collections.Counter)
    lines, table = [], []
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    for path in sorted((HERE / "articles").glob("*.txt")):
        head, sep, body = path.read_text(encoding="utf-8").partition("\n---\n")
        if not sep:
            fail(path.name, "no --- line")
        text, found, boiler = parse(body.strip("\n") + "\n", entities(head, path.name), path.name)
        order_and_nest(found)
        check(path.name, text, found)
        words = len(text.split())
        if not 60 <= words <= 350:
            fail(path.name, f"{words} words")
        count["articles"] += 1
        count["words"] += words
        count["boilerplate lines"] += len(boiler)
        count["articles with a dateline"] += bool(re.search(r"^[A-Z][A-ZÉÖ ]+(, [^\n—–]*)? [—–] ", text, re.M))
        if "\n" not in text.strip():
            count["texts without a paragraph break"] += 1
            count["attributions in texts without a paragraph break"] += len(found)
        if path.stem.startswith(only) and "--table" in sys.argv and "--no-text" not in sys.argv:
            table.append(f"\n=== {path.stem} ({words} words)\n{text}")
        for i, a in enumerate(found):
            cut = {k: [text[s:e] for s, e in a[k]] for k in PARTS.values()}
            src = " / ".join(cut["source"])
            whole = " ".join(cut["content"])
            count["attributions"] += 1
            facets["kind"][a["speaker_kind"]] += 1
            facets["act"][a["act"] or "(thought)"] += 1
            facets["cue"][cut["cue"][0].lower()] += 1
            count["named"] += a["named"]
            count["not named"] += not a["named"]
            count["speaker null"] += a["speaker"] is None
            count["nested"] += a["parent"] is not None
            count["nested twice"] += a["parent"] is not None and found[a["parent"]]["parent"] is not None
            count["thoughts"] += not a["speech"]
            count["negated"] += a["negated"]
            count["source empty"] += not src
            count["source a pronoun"] += src.lower() in PRONOUNS
            count["source in the first person"] += src.lower() in {"i", "we", "my", "our"}
            count["source a relative pronoun"] += src.lower() in {"who", "which"}
            count["source shared with another attribution"] += bool(src) and any(
                b is not a and b["source"] == a["source"] for b in found
            )
            count["several named speakers"] += "speakers" in a
            if src and a["named"] and a["speaker_kind"] == "person":
                surname = a["speaker"].split()[-1]
                count["person: full name in the source"] += a["speaker"] in src
                count["person: bare surname"] += src == surname
                count["person: surname with a title or other words"] += (
                    surname in src and a["speaker"] not in src and src != surname
                )
                count["person: description only"] += (
                    surname not in src and src.lower() not in PRONOUNS and src.lower() not in a["speaker"].lower()
                )
            count["organization: acronym as source"] += a["speaker_kind"] == "organization" and bool(
                re.fullmatch(r"(The |the )?[A-Z]{2,5}", src)
            )
            count["country under another name (capital)"] += (
                a["speaker_kind"] == "country" and a["speaker"] not in src and src.lower() not in PRONOUNS
            )
            count["content in several parts"] += len(cut["content"]) > 1
            lo, hi = a["content"][0][0], a["content"][-1][1]
            paragraphs = [text[x[1] : y[0]].count("\n") for x, y in zip(a["content"], a["content"][1:])]
            count["content over several paragraphs"] += any(paragraphs)
            quoted = re.search(r"[“\"«»„]|(?<!\w)[‘']", whole)
            count["with a quotation"] += bool(quoted)
            count["quotation of several sentences"] += (
                bool(quoted) and len(re.findall(r"[.!?…][”\"’'»“]? *(?:$| )", whole)) > 1
            )
            for part, x, y in zip(cut["content"], a["content"], a["content"][1:]):
                if "\n" in text[x[1] : y[0]] and part[-1] not in "”\"’'»“:" and text[y[0]] in "“\"‘«'":
                    count["paragraph reopens an unclosed mark"] += 1
            for style, rx in (
                ("curly double", "“[^„]*”"),
                ("curly single, outermost", r"^‘"),
                ("straight double", '"'),
                ("straight single", r"(?<!\w)'[A-Za-z]"),
                ("guillemets", "[«»]"),
                ("low-high", "„"),
                ("single within double", r"“[^”]*‘|\"[^\"]*(?<!\w)'\w"),
                ("double within single", "‘[^’]*“"),
            ):
                facets["quotation marks"][style] += bool(re.search(rx, whole, re.S))
            if (
                "„" not in whole
                and whole.count("“") > whole.count("”") + sum(paragraphs)
                or whole.count('"') % 2
                and not any(paragraphs)
            ):
                facets["quotation marks"]["unpaired"] += 1
            count["cue a bare colon"] += cut["cue"][0] == ":"
            count["cue verb with colon"] += len(cut["cue"][0]) > 1 and cut["cue"][0].endswith(":")
            count["cue according to"] += "ccording to" in cut["cue"][0]
            for t in a["_tags"]:
                facets["place"][
                    {
                        "head": "headline",
                        "cap": "caption",
                        "trans": "transcript",
                        "qa": "interview",
                        "bul": "bullet list",
                        "live": "live ticker",
                    }[t]
                ] += 1
            if "--table" in sys.argv and path.stem.startswith(only):
                table.append(
                    f"{i:3} {'' if a['parent'] is None else '<' + str(a['parent']):4} {src or '-'} | {cut['cue'][0]} | "
                    + " // ".join(cut["content"])
                    + f" | {a['speaker']} ({a['speaker_kind']}"
                    + ("" if a["named"] else ", unnamed")
                    + (f"; {a['role']}" if a["role"] else "")
                    + ") "
                    + (a["act"] or "thought")
                    + (" NEG" if a["negated"] else "")
                )
        for a in found:
            del a["_tags"], a["_n"]
        lines.append(json.dumps({"id": path.stem, "text": text, "attributions": found}, ensure_ascii=False))
    (HERE / "gold.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if table:
        print("\n".join(table))
    for name, n in count.items():
        print(f"{n:6}  {name}")
    for name in ("kind", "act", "place", "quotation marks"):
        print(f"\n{name}: " + ", ".join(f"{k} {v}" for k, v in facets[name].most_common()))
    print(
        f"\n{len(facets['cue'])} different cues; most frequent: "
        + ", ".join(f"{k} {v}" for k, v in facets["cue"].most_common(15))
    )


if __name__ == "__main__":
    main()
