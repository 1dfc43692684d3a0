// Sugar only: every page does its work without this file.
import { ErrorSummary, PasswordInput, SkipLink, createAll } from "./vendor/govuk/govuk-frontend-6.6.0.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
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
