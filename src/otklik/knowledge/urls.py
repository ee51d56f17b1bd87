from django.urls import URLPattern, URLResolver, path, re_path

from otklik.knowledge.views import articles, centre, files, sections, standing

one = "knowledge/<int:article_id>/"
text = f"{one}<slug:language>/"
HELP = "help/<slug:language>/"
FILE = r"files/(?P<token>kb-[0-9a-f]{32})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("knowledge/", articles.articles, name="articles"),
    path("knowledge/new/", articles.new_article, name="article_new"),
    path("knowledge/sections/", sections.sections, name="sections"),
    path("knowledge/sections/<int:section_id>/", sections.section, name="section"),
    path(
        "knowledge/sections/<int:section_id>/place/", sections.section_place, name="section_place"
    ),
    path(
        "knowledge/sections/<int:section_id>/removal/",
        sections.section_removal,
        name="section_removal",
    ),
    path("knowledge/rules/", sections.rules, name="knowledge_rules"),
    path("knowledge/files/", files.uploads, name="article_uploads"),
    re_path(f"^knowledge/{FILE}$", files.upload, name="article_upload"),
    path(f"{one}placing/", articles.placing, name="article_placing"),
    path(f"{one}archiving/", articles.archiving, name="article_archiving"),
    path(text, articles.article, name="article"),
    path(f"{text}publication/", standing.publication, name="article_publication"),
    path(f"{text}review/", standing.review, name="article_review"),
    path(f"{text}versions/", standing.versions, name="article_versions"),
    path(f"{text}versions/<int:number>/", standing.version, name="article_version"),
    path(
        f"{text}versions/<int:number>/return/",
        standing.version_return,
        name="article_version_return",
    ),
    path("help/", centre.first, name="help_first"),
    path("help/sitemap.xml", centre.sitemap_xml, name="help_sitemap"),
    path("robots.txt", centre.robots, name="robots"),
    path(HELP, centre.home, name="help"),
    path(f"{HELP}questions/", centre.questions, name="help_questions"),
    path(f"{HELP}search/", centre.search, name="help_search"),
    path(f"{HELP}sections/<int:section_id>/", centre.section, name="help_section"),
    path(f"{HELP}articles/<int:article_id>/", centre.article, name="help_article_short"),
    path(f"{HELP}verdicts/<int:article_id>/", centre.verdict, name="help_verdict"),
    path(f"{HELP}articles/<int:article_id>/<slug:slug>/", centre.article, name="help_article"),
    re_path(f"^{FILE}$", files.file, name="article_file"),
    re_path(f"^{FILE}look/$", files.look, name="article_file_look"),
    re_path(f"^{FILE}small/$", files.thumbnail, name="article_file_small"),
    re_path(f"^{FILE}preview/$", files.preview, name="article_file_preview"),
]
