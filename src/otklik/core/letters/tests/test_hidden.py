"""What HTML hides from its readers is left out, and nothing that anybody may see is lost."""

import pytest

from otklik.core.letters import Letter
from otklik.core.letters.tests.letters import read

HIDDEN = [
    "<p style='display:none'>secret</p>",
    "<p style='DISPLAY : none !important'>secret</p>",
    "<p style='display&#58;none'>secret</p>",
    r"<p style='dis\70 lay:n\6fne'>secret</p>",
    r"<p style='\64\69splay:none'>secret</p>",
    "<p style='display:/* a; b */none'>secret</p>",
    "<p style='visibility:hidden'>secret</p>",
    "<div style='visibility:hidden'><p>secret</p></div>",
    "<div style='opacity:0'><p style='opacity:1'>secret</p></div>",
    "<div style='opacity:.01'>secret</div>",
    "<div style='opacity:0%'>secret</div>",
    "<span style='font-size:0'>secret</span>",
    "<span style='font-size:0.1pt'>secret</span>",
    "<span style='font-size:0e0'>secret</span>",
    "<span style='font-size:0%'>secret</span>",
    "<div style='font-size:0'><b style='font-size:2em'>secret</b></div>",
    "<div style='font-size:1px'><p style='font-size:.1em'>secret</p></div>",
    "<span style='font:0/0 a'>secret</span>",
    "<font color=white>secret</font>",
    "<font color='#FEFEFE'>secret</font>",
    "<font color=ffffff>secret</font>",
    "<p style='color:#ffffff'>secret</p>",
    "<p style='color:#ffffffff'>secret</p>",
    "<p style='color:rgb(255, 255, 255)'>secret</p>",
    "<p style='color:rgb(100% 100% 100%)'>secret</p>",
    "<p style='color:hsl(120, 10%, 100%)'>secret</p>",
    "<p style='color:transparent'>secret</p>",
    "<p style='color:rgba(0,0,0,0)'>secret</p>",
    "<p style='color:rgb(0 0 0 / 0%)'>secret</p>",
    "<p style='color:#00000000'>secret</p>",
    "<p style='color:#0000'>secret</p>",
    "<table bgcolor=#000000 width=300><tr><td><font color=black>secret</font></table>",
    "<div style='background:#123456;color:#123457'>secret</div>",
    "<div style='background:#fff url();background:#111;color:#111'>secret</div>",
    "<div style='max-height:0;overflow:hidden'>secret</div>",
    "<div style='height:0px;overflow-y:hidden'>secret</div>",
    "<div style='width:0;overflow:hidden'>secret</div>",
    "<span style='display:inline-block;width:0;overflow:hidden'>secret</span>",
    "<div style='height:1px;overflow:hidden;margin:0'><p style='margin:0'>secret</p></div>",
    "<div style='position:absolute;left:-9999px'>secret</div>",
    "<div style='position:absolute;left:-999em'>secret</div>",
    "<div style='position:absolute;top:-5000px;width:1px'>secret</div>",
    "<div style='text-indent:-9999px'>secret</div>",
    "<div style='text-indent:-100em'><b>secret</b></div>",
    "<div style='position:absolute;clip:rect(0 0 0 0)'>secret</div>",
    "<div style='position:absolute;clip:rect(1px,1px,1px,1px)'>secret</div>",
    "<div style='clip-path:inset(50%)'>secret</div>",
    "<div style='clip-path:inset(0 100% 0 0)'>secret</div>",
    "<div style='clip-path:circle(0)'>secret</div>",
    "<div style='clip-path:polygon(0 0, 0 0, 0 0)'>secret</div>",
    "<div style='transform:scale(0)'>secret</div>",
    "<div style='content-visibility:hidden'>secret</div>",
    "<p hidden>secret</p>",
    "<style>.x{display:none}</style><p class='a x'>secret</p>",
    "<style>p.a.x{display:none}</style><p class='x a'>secret</p>",
    "<style>/* { */ p.x, #y {color:red; display:none}</style><p id=y>secret</p>",
    "<style>@media screen{.x{display:none}}</style><p class=x>secret</p>",
    "<style><!-- @import 'a.css'; .x{display:none} --></style><p class=x>secret</p>",
    "<style>.x{display:none!important}</style><p class=x style='display:block'>secret</p>",
    r"<style>.x{dis\70lay:none}</style><p class=x>secret</p>",
    "<style>@media(max-width:9px){.x{width:9px}}</style><p class=x style='display:none'>secret</p>",
    "<div style='display:none'>secret<p>secret</div>",
    "<table><tr><td style='display:none'>secret<b>secret<td></table>",
]
UNREADABLE = [
    "<span style='font-size:1px'>secret</span>",
    "<span style='font:italic 700 1px/1.5 Arial, sans-serif'>secret</span>",
    "<span style='font-size:1.2pt'>secret</span>",
]
"""What leaves dots."""
SHOWN = [
    # The sender's own style shows it again
    "<td style='font-size:0px'><div style='font-size:13px'>shown</div></td>",
    "<div style='font-size:0'><p style='font-size:1rem'>shown</p></div>",
    "<span style='font-size:5%'>shown</span>",
    "<div style='font-size:0'><p style='font-size:medium'>shown</p></div>",
    "<div style='font-size:0'><font size=3>shown</font></div>",
    "<div style='font-size:0'><p style='font:12px Arial'>shown</p></div>",
    "<span style='font:0/0 a;font-size:12px'>shown</span>",
    "<span style='font:700 14px Arial'>shown</span>",
    "<div style='visibility:hidden'><p style='visibility:visible'>shown</p></div>",
    "<p style='display:none;display:block'>shown</p>",
    "<p style='display:block!important;display:none'>shown</p>",
    "<p hidden style='display:block'>shown</p>",
    "<style>.x{display:block!important}</style><p class=x style='display:none'>shown</p>",
    "<style>.x{display:none} p.x{display:block}</style><p class=x>shown</p>",
    "<style>.a{display:none} .b{display:block}</style><p class='b a'>shown</p>",
    "<style>#y{display:block} .x{display:none}</style><p class=x id=y>shown</p>",
    # It is no style that hides
    "<p style='mso-hide:all'>shown</p>",
    "<p style='font-family:\"a;display:none\"'>shown</p>",
    "<p style='background:url(a;display:none)'>shown</p>",
    "<p style='display:none none'>shown</p>",
    "<p style='dis/**/play:none'>shown</p>",
    "<p style='max-height:0'>shown</p>",
    "<p style='overflow:hidden;height:1em'>shown</p>",
    "<p style='overflow:hidden;height:0;min-height:20px'>shown</p>",
    "<p style='overflow:hidden;height:0;padding:0 0 50%'>shown</p>",
    "<span style='overflow:hidden;height:0'>shown</span>",
    "<table><tr><td style='overflow:hidden;height:0;width:0'>shown</table>",
    "<div style='clip:rect(0 0 0 0)'>shown</div>",
    "<div style='position:absolute;clip:rect(0 99px 99px 0)'>shown</div>",
    "<div style='clip-path:inset(10%)'>shown</div>",
    "<div style='left:-9999px'>shown</div>",
    "<div style='text-indent:-30px'>shown</div>",
    "<div style='text-indent:-9999px'><br>shown</div>",
    "<span style='text-indent:-9999px'>shown</span>",
    "<p style='font-size:11pt;opacity:1'>shown</p>",
    "<p style='opacity:0.5'>shown</p>",
    "<p style='display:none'></p><p>shown</p>",
    "<p style='display:none'><br></p><p>shown</p>",
    "<img style='display:none' src=http://x.example/1.gif><p>shown</p>",
    # It is a style of something else
    "<style media=print>.x{display:none}</style><p class=x>shown</p>",
    "<style type='text/x'>.x{display:none}</style><p class=x>shown</p>",
    "<!--[if mso]><style>.x{display:none}</style><![endif]--><p class=x>shown</p>",
    "<style>@media (max-width:9px){.x{display:none}}</style><p class=x>shown</p>",
    "<style>@keyframes a{from{display:none}}</style><p>shown</p>",
    "<style>.x::before{display:none}</style><p class=x>shown</p>",
    "<style>.x a:hover{display:none}</style><p class=x>shown</p>",
    "<style>.x{content:'}.y{display:none}'}</style><p class=y>shown</p>",
    # Letters on a dark ground, or on one that is not known
    "<div style='background:#000;color:#fff'>shown</div>",
    "<table bgcolor=black><tr><td><font color=white>shown</font></table>",
    "<body bgcolor=black text=white>shown",
    "<body style='background:black' text=#FFFFFF>shown",
    "<html style='background:#000'><body text=white>shown",
    "<div style='background:#000;color:lightyellow'>shown</div>",
    "<div style='background:#000'><a href=http://a.example>shown</a></div>",
    "<div style='background:linear-gradient(red,blue);color:#fff'>shown</div>",
    "<div style='background:rgb(10, 20, 90);color:#fff'>shown</div>",
    "<style>.hero{background:navy}</style><p class=hero style='color:#fff'>shown</p>",
    "<style>i .x{background:navy}</style><i><b class=x style='color:#fff'>shown</b></i>",
    "<style>td.a p{color:#fff}</style><table bgcolor=black><tr><td class=a><p>shown</table>",
    "<p style='background:linear-gradient(red,blue);background-clip:text;color:#0000'>shown</p>",
    "<mark style='color:#fff'>shown</mark>",
    # Tags that end others without saying so
    "<p style='display:none'><div>shown</div>",
    "<p style='display:none'><b><table><tr><td>shown</table>",
    "<p style='display:none'><span><h2>shown</h2>",
    "<h1 style='display:none'><h2>shown</h2>",
    "<h1 style='display:none'></h2>shown",
    "<ul><li style='display:none'><b><li>shown</ul>",
    "<ul><li style='display:none'><div><li>shown</ul>",
    "<dl><dt hidden><dd>shown</dl>",
    "<table><tr><td style='display:none'><b><td>shown</table>",
    "<table><tr style='display:none'><td><tr><td>shown</table>",
    "<table><tbody hidden><tr><td><tbody><tr><td>shown</table>",
    "<div><span style='display:none'></div>shown",
    "<table><tr><td><div hidden></td></tr></table>shown",
    "<a style='display:none' href=a><a href=http://a.example>shown</a>",
    "<td style='display:none'>shown</td>",
    "<button><div style='display:none'></button>shown",
    "<table><td style='display:none'></tr><div>shown</div></table>",
    "<table style='visibility:hidden'><table><tr><td>shown</table>",
    "<table><h2 style='display:none'><table><tr><td>shown</table>",
    "<table style='display:none'>shown<tr><td></table>",
    "<table style='display:none'><tr><div>shown</div></table>",
    "<head style='display:none'><p>shown</p>",
]
SHOWN_BY_SOME = [
    "<div style='background:#000;color:var(--ink)'>shown</div>",
    "<div style='background:#fff url(http://a.example/night.png);color:#fff'>shown</div>",
    "<table background=night.png><tr><td style='color:#fff'>shown</table>",
    "<body><body style='display:none'>shown",
    # Elements that mail programs show although browsers may not
    "<noscript>shown</noscript>",
    "<video><p>shown</p></video>",
    "<textarea>shown</textarea>",
]
UNSURE = [
    "<style>@media print{.x{display:block}}</style><p class=x style='display:none'>shown</p>",
    "<style>div > .x{display:block}</style><div><p class=x style='display:none'>shown</p></div>",
    "<p style='opacity:0;animation:a 1s forwards'>shown</p>",
    "<div style='height:0;overflow:hidden'><p style='position:absolute'>shown</p></div>",
    "<img style='position:absolute'><p style='color:#fff'>shown</p>",
    "<p style='color:#fff;text-shadow:0 0 2px #000'>shown</p>",
    "<i style='display:none'><div></i>shown</div>",
    "<i hidden><div></i>shown</div>",
    "<div style='visibility:hidden'><p><i style='visibility:visible'></p>shown</div>",
    "<div style='font-size:0'><p><font style='font-size:13px'></p><p>shown</p></div>",
    "<style>@media(max-width:9px){p{font-size:12px}}</style><p style='font-size:0'>shown</p>",
    "<div style='font-size:0'><table><tr><td>shown</table></div>",
]
FLAGS = {"hidden-text", "text-may-be-hidden"}


def read_page(page: str) -> Letter:
    return read(page, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("hidden", HIDDEN + UNREADABLE)
def test_hidden_text_is_not_said(hidden: str) -> None:
    found = read_page(f"<p>Before</p>{hidden}<p>after</p>")
    assert found.text.split() == ["Before", "after"]
    assert "secret" not in str(found.html)
    assert FLAGS & set(found.warnings) == {"hidden-text"}


@pytest.mark.parametrize("shown", SHOWN + SHOWN_BY_SOME)
def test_what_only_looks_hidden_is_said(shown: str) -> None:
    found = read_page(shown)
    assert found.text.removeprefix("- ").split()[:1] == ["shown"]
    assert "shown" in str(found.html)
    assert not FLAGS & set(found.warnings)


@pytest.mark.parametrize("shown", UNSURE)
def test_what_somebody_may_see_is_said_and_told(shown: str) -> None:
    found = read_page(shown)
    assert found.text.split() == ["shown"]
    assert "shown" in str(found.html)


@pytest.mark.parametrize("shown", UNSURE[:9])
def test_what_may_be_hidden_is_told(shown: str) -> None:
    assert FLAGS & set(read_page(shown).warnings) == {"text-may-be-hidden"}


def test_a_long_text_runs_on_below_the_line_that_is_out_of_sight() -> None:
    assert "word" in read_page(f"<p style='text-indent:-1000px'>{'word ' * 200}</p>").text
