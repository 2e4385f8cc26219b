// Show the preview anew when another rater group or language is chosen, and an item while it is being typed.
const show = document.getElementById("show");
let waiting;

document.addEventListener("input", ({ target }) => {
  if (target.form !== show.form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => show.form.requestSubmit(show), 400);
});
if (show.formTarget) show.form.requestSubmit(show);
