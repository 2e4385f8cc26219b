// What a mark of a chart stands for, shown while it is pointed at; with the arrow keys from mark to mark.
// Everything shown here also stands in the table behind the chart.
const note = Object.assign(document.createElement("p"), { className: "chart-note", hidden: true });
note.setAttribute("role", "status");
document.body.append(note);

const marksOf = (area) => [...area.querySelectorAll("[data-says]")];

function tell(mark) {
  const { left, top, width } = mark.getBoundingClientRect();
  note.textContent = mark.dataset.says;
  note.hidden = false;
  const half = note.offsetWidth / 2;
  const middle = Math.min(Math.max(left + width / 2, half + 8), document.documentElement.clientWidth - half - 8);
  note.style.left = `${middle + scrollX - half}px`;
  note.style.top = `${top + scrollY - note.offsetHeight - 8}px`;
}

const stop = () => { note.hidden = true; };

for (const area of document.querySelectorAll(".chart-area")) {
  let place = -1;
  area.tabIndex = 0;
  area.setAttribute("role", "group");
  area.setAttribute("aria-label", area.querySelector("svg").getAttribute("aria-label"));
  area.addEventListener("pointerover", ({ target }) => {
    const mark = target.closest("[data-says]");
    if (mark) tell(mark);
    else stop();
  });
  area.addEventListener("pointerleave", stop);
  area.addEventListener("blur", stop);
  area.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const marks = marksOf(area);
    if (event.key === "Escape") stop();
    if (!step || !marks.length) return;
    event.preventDefault();
    place = (place + step + marks.length) % marks.length;
    tell(marks[place]);
  });
}
