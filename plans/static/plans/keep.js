"use strict";
// Keeps a check-in on this device until the server has said that it received it; sending twice is sending once.
(() => {
  const box = document.querySelector("[data-state]");
  if (!box || !window.localStorage) return;
  const KEY = "kept:";
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(KEY)).map((key) => JSON.parse(localStorage[key]));
  const drop = (item) => localStorage.removeItem(KEY + item.action);
  const add = (tag, textContent, more) => box.append(Object.assign(document.createElement(tag), { textContent }, more));

  function show(state, item, problems = []) {
    const words = box.dataset;
    box.hidden = false;
    words.now = state;
    box.replaceChildren();
    add("p", (item ? item.label + ": " : "") + words[state]);
    for (const text of problems) add("p", text);
    if (!item || state === "sent") return;
    if (location.pathname !== item.action) add("a", words.open, { href: item.action });
    add("button", words.forget, { type: "button", className: "link", onclick() { drop(item); box.hidden = true; } });
  }

  const post = (item) => fetch(item.action, {
    method: "POST", body: new URLSearchParams(item.fields), headers: { Accept: "application/json" }, redirect: "manual",
  });

  // A form that waited long may carry a token of an earlier sign-in: take a fresh one from the page itself.
  async function renewed(item) {
    const token = /csrfmiddlewaretoken" value="(\w+)/.exec(await (await fetch(item.action)).text());
    if (token) item.fields.find(([name]) => name.startsWith("csrf"))[1] = token[1];
    return post(item);
  }

  // What is refused stays here, until it is put right or thrown away.
  async function send(item) {
    show("sent", item);
    const answer = await post(item).then((first) => (first.status === 403 ? renewed(item) : first)).catch(Response.error);
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && said.state === "received") {
      drop(item);
      return said;
    }
    const lost = !answer.status || answer.status >= 500;
    show(answer.status === 401 ? "signin" : lost ? "here" : "look", item, said.problems);
    return null;
  }

  async function resend() {
    let got = 0;
    for (const item of kept()) if (await send(item)) got += 1;
    if (got && !kept().length) show("received");
  }

  function refill(form) {
    const item = kept().find((one) => one.action === new URL(form.action).pathname);
    for (const [name, value] of item ? item.fields : []) {
      for (const field of form.querySelectorAll(`input[name="${CSS.escape(name)}"]:not([type=hidden])`)) {
        if (/radio|checkbox/.test(field.type)) field.checked ||= field.value === value;
        else field.value = value;
      }
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (!form.dataset.keep || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    const fields = [...new FormData(form)];
    if (button?.name) fields.push([button.name, button.value]);
    const item = { action: new URL(form.action).pathname, label: form.dataset.keep, fields };
    try { localStorage[KEY + item.action] = JSON.stringify(item); } catch { form.submit(); return; }
    show("here", item);
    const said = await send(item);
    delete form.dataset.sent;
    if (said) {
      sessionStorage.received = item.label;
      location.assign(said.next);
    } else if ((form.dataset.urgent || button?.name === "new") && box.dataset.now === "here") {
      location.assign(box.dataset.help);
    }
    box.scrollIntoView({ block: "nearest" });
  });

  document.querySelectorAll("form[data-keep]").forEach(refill);
  if (sessionStorage.received) {
    show("received", null, [sessionStorage.received]);
    delete sessionStorage.received;
  }
  resend();
  addEventListener("online", resend);
})();
