// Sugar only: every page does its work without this file.
import { Button, ErrorSummary, PasswordInput, SkipLink, createAll } from "./vendor/govuk/govuk-frontend-6.6.0.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(Button);
createAll(ErrorSummary);
createAll(PasswordInput);
createAll(SkipLink);

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // not offered on plain http, except on one's own machine
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
  });
}

// By length alone, as gateway/password_rules.py counts it; the server also knows the common ones, and decides.
for (const hint of document.querySelectorAll("[data-strength-of]")) {
  const field = document.getElementById(hint.dataset.strengthOf);
  field.addEventListener("input", () => {
    hint.textContent = field.value ? strengthOf([...field.value], hint.dataset) : "";
  });
}

function strengthOf(characters, said) {
  const different = new Set(characters).size;
  if (characters.length < 12) return said.short.replace("{missing}", 12 - characters.length);
  if (different < 5) return said.same;
  if (characters.length >= 20 && different >= 10) return said.strong;
  if (characters.length >= 16 && different >= 8) return said.good;
  return said.enough;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Back to a form whose text is still in the browser: a link would open it empty.
for (const button of document.querySelectorAll("[data-back]")) {
  if (history.length < 2) break;
  button.hidden = false;
  button.addEventListener("click", () => history.back());
}

// A receipt answers its form: whoever comes back to it later is led to its own page, not to sending the form again.
for (const receipt of document.querySelectorAll("[data-address]")) {
  history.replaceState(null, "", receipt.dataset.address);
}
