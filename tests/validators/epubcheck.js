// Run by Rhino, which is among veraPDF's libraries: EPUBCheck takes one e-book, and most of its time is its own start.
// Arguments: an e-book, its report, an e-book, its report …
for (var at = 0; at < arguments.length; at += 2) {
  new Packages.com.adobe.epubcheck.tool.EpubChecker().run([arguments[at], "--json", arguments[at + 1]]);
}
