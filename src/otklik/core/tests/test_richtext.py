import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from otklik.core.errors import Invalid
from otklik.core.richtext import (
    MOST_HTML,
    CleanHtml,
    clean_html,
    from_text,
    is_blank,
    own_files,
    remote_pictures,
    stored,
    to_mail_text,
    to_text,
    with_copies,
    without_files,
    without_remote,
)
from otklik.core.richtext.tokens import End, Start, tokens
from otklik.core.tests.timing import assert_linear
from otklik.core.tests.xss_payloads import PAYLOADS

FILE = "/files/0123456789abcdef0123456789abcdef/"
REL = 'target="_blank" rel="noopener nofollow ugc"'
ALLOWED = {
    "a": {"href", "target", "rel"},
    "img": {"src", "alt", "width", "height", "data-upload"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "code": {"class"},
} | {
    name: set()
    for name in (
        [
            "p",
            "br",
            "strong",
            "em",
            "u",
            "s",
            "pre",
            "blockquote",
            "ul",
            "li",
            "h3",
            "h4",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
        ]
    )
}
VOID = {"br", "hr", "img"}

markup = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<a",
            "href='http://x.y'>",
            "</a>",
            "<ul>",
            "<ol>",
            "<li>",
            "</li>",
            "</ul>",
            "</ol>",
            "<table>",
            "<tr>",
            "<td>",
            "<th>",
            "</td>",
            "</tr>",
            "</table>",
            "<blockquote>",
            "</blockquote>",
            "<pre>",
            "</pre>",
            "<br>",
            "<div>",
            "</div>",
            "<h1>",
            "</h1>",
            "<code>",
            "</code>",
            "<hr>",
            "<svg>",
            "</svg>",
            "<math>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<select>",
            "</select>",
            "<img>",
            "text",
            "\n",
            "&",
            "&lt;",
            "&amp;amp;",
            "http://x.yz/(a)",
            "a@b.cd",
            '"',
            "'",
            "<",
            ">",
            "</",
            "<x",
            "<![CDATA[",
            "]]>",
            "<script>",
            "</script>",
            "<template>",
            "<noscript>",
            "</noscript>",
            "\xa0",
            "&nbsp;",
            "<tbody>",
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    max_size=40,
).map("".join)


def assert_is_ours(html: str) -> None:
    """Check that a clean text has only our tags and attributes, well nested."""
    open_tags: list[str] = []
    for token in tokens(html):
        if isinstance(token, Start):
            assert token.name in ALLOWED, token
            assert set(token.attributes) <= ALLOWED[token.name], token
            if token.name not in VOID:
                open_tags.append(token.name)
        elif isinstance(token, End):
            assert open_tags.pop() == token.name
    assert not open_tags
    assert len(open_tags) < 40


@pytest.mark.parametrize(
    ("given_html", "clean"),
    [
        ("hello", "<p>hello</p>"),
        ("a<div>b</div><div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<b>x<p>y</b>z", "<p><strong>x</strong></p><p><strong>y</strong>z</p>"),
        ("<b><i>x</b>y</i>", "<p><strong><em>x</em></strong><em>y</em></p>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<li>item", "<ul><li>item</li></ul>"),
        ("<h1>T</h1>a<hr>b", "<h3>T</h3><p>a</p><hr><p>b</p>"),
        ("<pre>\n  a\n b</pre>", "<pre>  a\n b</pre>"),
        ("<code class=language-python>x</code>", '<p><code class="language-python">x</code></p>'),
        ("<code class='evil'>x</code>", "<p><code>x</code></p>"),
        ("<a href=/q/>z</a>", f'<p><a href="/q/" {REL}>z</a></p>'),
        ("<a href=//evil.example>z</a>", "<p>z</a></p>".replace("</a>", "")),
        ("<a href='mailto:a@b.cd'>z</a>", f'<p><a href="mailto:a@b.cd" {REL}>z</a></p>'),
        (f"<img src={FILE}a.png alt=x>", f'<p><img src="{FILE}a.png" alt="x"></p>'),
        ("<img src=https://evil.example/t.gif alt=pixel>", "<p>pixel</p>"),
        ("<img data-upload=u1>", '<p><img data-upload="u1" alt=""></p>'),
        ("<img src=/files/../sign-out/>", ""),
        ("<b style='font-weight:normal'>x</b>", "<p>x</p>"),
        ("<p>a</p><p></p><p><br></p>", "<p>a</p><p><br></p>"),
        ("<script>x</script>hi<style>y", "<p>hi</p>"),
        ("&lt;b&gt; &amp;lt;", "<p>&lt;b&gt; &amp;lt;</p>"),
        ("1 < 2 > 0", "<p>1 &lt; 2 &gt; 0</p>"),
        (
            "see https://x.org/a(b).",
            f'<p>see <a href="https://x.org/a(b)" {REL}>https://x.org/a(b)</a>.</p>',
        ),
    ],
)
def test_foreign_html_becomes_ours(given_html: str, clean: str) -> None:
    assert clean_html(given_html) == clean


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attack_leaves_only_our_own_tags(payload: str) -> None:
    clean = clean_html(payload)
    assert_is_ours(clean)
    assert clean_html(clean) == clean


@given(markup)
def test_any_markup_is_ours_after_cleaning_and_cleaning_is_stable(text: str) -> None:
    clean = clean_html(text)
    assert_is_ours(clean)
    assert clean_html(clean) == clean
    to_mail_text(clean)
    is_blank(clean)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_plain_text_says_the_same_as_html(text: str) -> None:
    clean = from_text(text)
    assert_is_ours(clean)
    assert "<" not in to_text(clean).replace("<", "", text.count("<"))


@pytest.mark.parametrize("bad", ["a\x00b", "<p>\ud800</p>", "x" * (MOST_HTML + 1)])
def test_what_cannot_be_kept_is_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        clean_html(bad)


def test_overrides_hidden_in_entities_go_too() -> None:
    assert to_text(clean_html("a&#x202e;b&#8238;c&#0;d")) == "abc\ufffdd"


@pytest.mark.parametrize(
    "unit",
    [
        "<b id=1>",
        "<p>",
        "<div>",
        "<blockquote>",
        "<ul><li>",
        "<table><tr><td>",
        "<a href='",
        '<a href="http://x.y">',
        "<!--",
        "<!",
        "</",
        "<svg>",
        "<style></style>",
        "<b><i><u><s><a href=http://x.y><p>",
        "http://x.y/(((",
        "http://x.y)",
        "a@",
        "a@b.",
        "&#9999999",
        "&",
        "<x a a a a=b ",
        "<td>",
        "www.",
        "\u0301",
        " ",
        "<i></b>",
        "<li></ul>",
    ],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    for act in (clean_html, to_text, to_mail_text):
        assert_linear(act, unit)


def test_only_clean_html_shows_as_markup() -> None:
    template = Environment(autoescape=True).from_string("{{ text }}")
    clean = clean_html("<b>x</b>")
    assert template.render(text=clean) == "<p><strong>x</strong></p>"
    assert template.render(text=stored(str(clean))) == "<p><strong>x</strong></p>"
    assert "&lt;" in template.render(text=clean + "<script>")
    assert "&lt;" in template.render(text=clean[:5])
    assert pickle.loads(pickle.dumps(clean)) == clean  # noqa: S301  # our own bytes
    with pytest.raises(TypeError):
        CleanHtml("<script>", object())


def test_plain_text_keeps_lines_and_escapes() -> None:
    html = from_text("Hi <b>\nline\n\npara www.x.org")
    assert html == (
        f'<p>Hi &lt;b&gt;<br>line</p><p>para <a href="https://www.x.org" {REL}>www.x.org</a></p>'
    )
    assert to_text(html) == "Hi <b>\nline\npara www.x.org"


def test_a_mail_text_spells_out_what_tags_said() -> None:
    html = clean_html(
        "<p>Hi</p><ol><li>one<ul><li>deep</ul><li>two</ol><blockquote>said<br>he</blockquote>"
        "<a href=https://x.org/long>there</a> www.x.org"
    )
    assert to_mail_text(html) == (
        "Hi\n\n1. one\n  - deep\n2. two\n\n> said\n> he\n\nthere (https://x.org/long) www.x.org"
    )


@pytest.mark.parametrize(
    ("html", "blank"),
    [
        ("", True),
        ("<p><br></p>", True),
        ("<p>&nbsp;\u200b\u2060</p>", True),
        ("<p>.</p>", False),
        (f"<img src={FILE}>", False),
    ],
)
def test_blank_is_what_shows_nothing(html: str, *, blank: bool) -> None:
    assert is_blank(clean_html(html)) is blank


def test_a_text_is_left_without_the_pictures_that_are_gone() -> None:
    here, gone = FILE, FILE.replace("0", "a")
    html = clean_html(f'<p>Look: <img src="{gone}" alt="a > b"> and <img src="{here}"></p>')
    left = without_files(html, own_files(clean_html(f"<img src={gone}>")))
    assert left == clean_html(f'<p>Look:  and <img src="{here}"></p>')
    assert without_files(html, []) == html


def test_pictures_of_a_text_are_told_by_their_tokens() -> None:
    html = clean_html(f'<img src={FILE}a.png><img src={FILE}> src="/files/ffffffffffffffffffff/"')
    assert own_files(html) == ("0123456789abcdef0123456789abcdef",)


REMOTE = (
    '<p>a<img data-remote="https://x.example/a?b=1&amp;c=2" alt="the &quot;logo&quot;"'
    ' width="30"></p>'
)


def test_the_address_of_a_picture_elsewhere_is_kept_and_points_nowhere() -> None:
    assert clean_html(REMOTE) == REMOTE
    assert remote_pictures(REMOTE) == ("https://x.example/a?b=1&c=2",)
    assert to_text(REMOTE) == 'athe "logo"'
    assert without_remote(stored(REMOTE)) == '<p>athe "logo"</p>'
    assert not is_blank('<p><img data-remote="https://x.example/a" alt=""></p>')


def test_a_copy_stands_where_the_picture_was() -> None:
    token = "0123456789abcdef0123456789abcdef"
    copies = {"https://x.example/a?b=1&c=2": f"/files/{token}/look/"}
    expected = f'<p>a<img src="/files/{token}/look/" alt="the &quot;logo&quot;" width="30"></p>'

    assert with_copies(REMOTE, copies) == expected
    assert with_copies(REMOTE, {"https://x.example/a": f"/files/{token}/look/"}) == REMOTE
    assert with_copies(REMOTE, {"https://x.example/a?b=1&c=2": "https://x.example/"}) != REMOTE
    assert "x.example" not in with_copies(REMOTE, {"https://x.example/a?b=1&c=2": "//x.example/"})


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "//x.example/a", "data:image/png;base64,AA", "https://", "/a", ""],
)
def test_other_addresses_are_not_kept(address: str) -> None:
    assert clean_html(f'<p>a<img data-remote="{address}" alt="b"></p>') == "<p>ab</p>"
