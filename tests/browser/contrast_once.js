// Axe takes milliseconds for the contrast of each text. Texts that are alike from the root of the page down to
// themselves, in element, class and everything that makes contrast, are looked at twice, and not a hundred times.
() => {
  const MAKES_CONTRAST = [
    "color", "backgroundColor", "backgroundImage", "opacity", "visibility", "display", "position", "fontSize",
    "fontWeight", "textShadow",
  ];
  const kinds = new Map();
  const kindOf = new Map();
  const met = new Map();
  const hasText = (element) =>
    element.matches("input, select, textarea") ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const traits = MAKES_CONTRAST.map((name) => style[name]);
    const kind = [
      kindOf.get(element.parentElement), element.tagName, element.getAttribute("class"), element.disabled, ...traits,
    ].join("|");
    if (!kinds.has(kind)) kinds.set(kind, kinds.size);
    kindOf.set(element, kinds.get(kind));
    if (!hasText(element)) continue;
    met.set(kind, (met.get(kind) ?? 0) + 1);
    if (met.get(kind) > 2) element.setAttribute("data-like-others", "");
  }
  axe.configure({ rules: [{ id: "color-contrast", selector: ":not([data-like-others])" }] });
}
