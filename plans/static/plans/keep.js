"use strict";
// A check-in that the phone has taken is never lost. It stands in three states that can be seen: saved here, sent,
// received. It is kept on this device until the server has said that it received it; sending twice is sending once.
// Every form works without this script.
for (const group of document.querySelectorAll(".group")) {
  // "None of these" and a tick of the same group exclude each other.
  group.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    const none = target.name.startsWith("none_");
    for (const other of group.querySelectorAll("input:checked")) {
      if (other !== target && (none || other.name.startsWith("none_") || other.name === target.name)) other.checked = false;
    }
  });
}

(() => {
  const KEY = "kept:";
  const box = document.querySelector("[data-state]");
  if (!box || !window.localStorage) return;
  const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(KEY)).map((key) => JSON.parse(localStorage[key]));
  const put = (item) => { localStorage[KEY + item.action] = JSON.stringify(item); };
  const drop = (item) => { delete localStorage[KEY + item.action]; };
  const words = (name) => box.dataset[name] || "";

  function show(state, item, problems) {
    box.hidden = false;
    box.dataset.now = state;
    box.replaceChildren();
    const line = document.createElement("p");
    line.textContent = (item ? item.label + ": " : "") + words(state);
    box.append(line);
    for (const text of problems || []) {
      const more = document.createElement("p");
      more.textContent = text;
      box.append(more);
    }
    if (!item || state === "sent") return;
    if (location.pathname !== item.action) {
      const open = document.createElement("a");
      open.href = item.action;
      open.textContent = words("open");
      box.append(open);
    }
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "link";
    forget.textContent = words("forget");
    forget.onclick = () => { drop(item); box.hidden = true; };
    box.append(forget);
  }

  const post = (item) => fetch(item.action, {
    method: "POST", body: new URLSearchParams(item.fields), headers: { Accept: "application/json" }, redirect: "manual",
  });

  // A form that waited long may carry a token of an earlier sign-in: take a fresh one from the page itself.
  async function renewed(item) {
    const page = new DOMParser().parseFromString(await (await fetch(item.action)).text(), "text/html");
    const token = page.querySelector("[name=csrfmiddlewaretoken]");
    if (!token) return null;
    item.fields = item.fields.map(([name, value]) => [name, name === "csrfmiddlewaretoken" ? token.value : value]);
    return post(item);
  }

  // true: received. What the server refuses stays here, with its reason, until it is put right or thrown away.
  async function send(item) {
    let answer;
    show("sent", item);
    try {
      answer = await post(item);
      if (answer.status === 403) answer = (await renewed(item)) || answer;
    } catch {
      show("here", item);
      return null;
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && said.state === "received") {
      drop(item);
      return said;
    }
    if (answer.status === 401) show("signin", item);
    else if (answer.status >= 500 || answer.status === 0) show("here", item);
    else show("look", item, said.problems);
    return null;
  }

  async function resend() {
    let got = 0;
    for (const item of kept()) if (await send(item)) got += 1;
    if (got && !kept().length) show("received");
  }

  function refill(form) {
    const item = kept().find((one) => one.action === new URL(form.action).pathname);
    if (!item) return;
    for (const [name, value] of item.fields) {
      if (name === "csrfmiddlewaretoken" || name === "seen") continue;
      for (const field of form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
        else if (field.type !== "hidden") field.value = value;
      }
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.keep || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    const fields = [...new FormData(form)];
    const button = event.submitter;
    if (button && button.name) fields.push([button.name, button.value]);
    const item = { action: new URL(form.action).pathname, label: form.dataset.keep, fields };
    try { put(item); } catch { form.submit(); return; }
    show("here", item);
    const said = await send(item);
    delete form.dataset.sent;
    if (said) {
      sessionStorage.received = item.label;
      location.assign(said.next);
    } else if (form.dataset.urgent || (button && button.name === "new")) {
      if (box.dataset.now === "here") location.assign(box.dataset.help);
    }
    box.scrollIntoView({ block: "nearest" });
  });

  document.querySelectorAll("form[data-keep]").forEach(refill);
  if (sessionStorage.received) {
    show("received", null, [sessionStorage.received]);
    delete sessionStorage.received;
  }
  if (navigator.onLine) resend(); else for (const item of kept()) show("here", item);
  addEventListener("online", resend);
})();
