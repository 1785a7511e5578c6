"use strict";
// Small comforts. Every page works without them.

if ("serviceWorker" in navigator) {
  window.addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/worker.js", { scope: "/" });
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage(document.documentElement.dataset.country); // whose numbers the kept pages are to show
    } catch {
      // Without it everything but the kept pages works.
    }
  });
}

// A form is sent once, however often the button is pressed; coming back to the page frees it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Tick cards: yes and not sure exclude each other, and any tick excludes "none of these".
for (const form of document.querySelectorAll("form[data-ticks]")) {
  form.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || !box.checked) return;
    const boxes = form.querySelectorAll("input[type=checkbox]");
    for (const other of boxes) {
      if (other === box) continue;
      if (box.name === "none" || other.name === "none" || other.name === box.name) other.checked = false;
    }
  });
}

// The zone that this device is in, where the page only guessed it from the country.
for (const select of document.querySelectorAll("select[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) continue;
  if (![...select.options].some((option) => option.value === zone)) select.add(new Option(zone.replaceAll("_", " "), zone));
  select.value = zone;
}
