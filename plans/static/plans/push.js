"use strict";
// Reminders on this device. All words stand in the page; it asks only when it is tapped.
(async () => {
  const box = document.querySelector("[data-push]");
  const show = (state) => { box.dataset.now = state; };
  const blocked = () => Notification.permission === "denied" && "blocked";
  if (!window.PushManager) return show(/iP(hone|ad)/.test(navigator.userAgent) ? "home" : "none");
  const { pushManager } = await navigator.serviceWorker.ready;
  const held = await pushManager.getSubscription();
  const known = held && box.dataset.known.includes(held.endpoint.slice(-16));
  show(blocked() || (known ? "on" : "off"));
  box.addEventListener("click", async ({ target: { value } }) => {
    if (!value) return;
    try {
      await held?.unsubscribe(); // an old one may be dead
      const made = value === "on" && (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key }));
      const subscription = JSON.stringify(made || held);
      const csrfmiddlewaretoken = document.querySelector("[name^=csrf]").value;
      const body = new URLSearchParams({ csrfmiddlewaretoken, subscription, wish: value });
      if (!(await fetch(box.dataset.push, { method: "POST", body })).ok) throw value;
      location.reload();
    } catch {
      show(blocked() || "failed");
    }
  });
})();
