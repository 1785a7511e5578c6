"use strict";
// Small comforts. Every page works without them.

addEventListener("load", async () => {
  try {
    await navigator.serviceWorker.register("/worker.js");
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage(document.documentElement.dataset.country); // whose numbers the kept pages are to show
  } catch {
    // Without it everything but the kept pages and reminders on this device works.
  }
});

// A form is sent once, however often the button is pressed; coming back to the page frees it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Ticks of one card: yes and not sure exclude each other, and any tick excludes "none of these".
for (const card of document.querySelectorAll("form[data-ticks], .group")) {
  card.addEventListener("change", ({ target }) => {
    const none = target.name.startsWith("none");
    if (target.type !== "checkbox" || !target.checked) return;
    for (const other of card.querySelectorAll("[type=checkbox]:checked")) {
      if (other !== target && (none || other.name.startsWith("none") || other.name === target.name)) other.checked = false;
    }
  });
}

// The zone that this device is in, where the page only guessed it from the country.
for (const select of document.querySelectorAll("select[data-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) select.value = zone;
  if (!select.value) select.add(new Option(zone.replaceAll("_", " "), zone, true, true));
}
