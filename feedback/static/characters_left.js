// How many characters a comment may still have, below the questions that have a limit. Without it the form works as well.
for (const left of document.querySelectorAll("output[data-limit]")) {
  const text = document.getElementById(left.htmlFor.value);
  const show = () => { left.value = Number(left.dataset.limit) - text.value.trim().length; };
  text.addEventListener("input", show);
  show();
  left.parentElement.hidden = false;
}
