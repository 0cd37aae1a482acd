/*
 * The behaviour that all pages share. Every page works without it.
 *
 * Keys      <a data-key="e" data-key-label="edit">: pressing e clicks it, or focuses it when it is a field.
 *           <tbody data-rows><tr data-row><a data-row-link><button data-row-key="x" data-row-key-label="dismiss">:
 *           j and k move between the row links, Enter is the link's own, x presses the button of the focused row.
 *           data-key="Ctrl+Enter" works inside fields, too; single keys never do.
 *           <button data-form-key="Ctrl+Enter"> takes that key first while its form has something typed in it.
 *           <button data-own-key="Ctrl+Enter"> takes that key while the focus is in its form, and never else.
 * Dialogs   <button data-dialog="ID"> opens <dialog id="ID">.
 *           The keys in a menu that is open come before those of the page.
 * Toasts    whatever is put into #toasts leaves by itself; showToast(text, level) adds one.
 * Leaving   <form data-autosave> saves by htmx while somebody types; what was typed last is sent on leaving, too.
 *           <form data-guard>: leaving asks first when something was typed in it, or is in it (data-unsent) since it was refused.
 * Asking    <div hx-get hx-trigger="every 60s" data-quiet>: what fails is asked again, and not told.
 * Bell      #bell asks once a minute, while the page is looked at, how much is unread.
 * Linking   [data-statements="12 15"] in a text and [data-statement="12"] in a list light up together.
 */
"use strict";

(() => {
  const root = document.documentElement;
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

  // --- Keys ---------------------------------------------------------------------------------------------

  const FIELD = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
  let lastRow = -1; // where the focus was, in case its row has gone

  function press(element) {
    if (element.closest(".htmx-added")) { // just arrived, and htmx has not taken it over: its link would leave the page
      requestAnimationFrame(() => press(element));
    } else if (element.matches("[type=checkbox][data-row-key]")) {
      element.click(); // the focus stays on the row's link, which Enter opens
    } else if (element.matches("input, select, textarea")) {
      element.focus();
      if (element.matches("[type=radio], [type=checkbox]")) element.click();
      else element.select?.();
    } else {
      if (element.matches("summary[data-key]")) element.focus(); // from there, Tab leads into what opens
      element.click();
    }
  }

  function moveRow(scope, step) {
    const rows = [...scope.querySelectorAll("[data-rows] [data-row]")].filter(isShown);
    if (!rows.length) return false;
    const here = rows.indexOf(document.activeElement.closest("[data-row]"));
    let next = here + step;
    if (here < 0) next = lastRow < 0 ? 0 : lastRow - (step < 0 ? 1 : 0);
    next = Math.max(0, Math.min(rows.length - 1, next));
    const link = rows[next].querySelector("[data-row-link]");
    link.focus({ focusVisible: true });
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  // A form inside the page's work, such as a citation: while somebody is in it, its own button comes first.
  function isBegun(form) {
    return form.contains(document.activeElement) || [...form.elements].some((field) => field.matches("textarea, [type=url], [type=text]") && field.value.trim());
  }

  function act(key, scope) {
    if (key === "?") return openKeys();
    if ((key === "j" || key === "k") && moveRow(scope, key === "j" ? 1 : -1)) return true;
    const quoted = CSS.escape(key);
    // What an open menu offers comes before the same key of the page.
    const ofKey = `[data-key="${quoted}"]`;
    const target =
      document.activeElement.closest("[data-row]")?.querySelector(`[data-row-key="${quoted}"]`) ??
      document.activeElement.closest("form")?.querySelector(`[data-own-key="${quoted}"]`) ??
      [...scope.querySelectorAll(`[data-form-key="${quoted}"]`)].find((button) => isBegun(button.form)) ??
      [...scope.querySelectorAll(`.menu[open] .menu-list ${ofKey}`), ...scope.querySelectorAll(ofKey)].find(isShown);
    if (!target) return false;
    press(target);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const field = event.target.closest?.(FIELD);
    if (event.key === "Escape") {
      if (field) field.blur();
      else if (!closeMenus(null, true) && !document.querySelector("dialog[open]")) act("Escape", document);
      return;
    }
    const chord = event.ctrlKey || event.metaKey;
    if (chord ? event.key !== "Enter" : field || root.dataset.keys === "off") return;
    const scope = document.querySelector("dialog[open]") ?? document;
    // On a row's link, Space ticks the row, as it does everything else that can be ticked.
    const key = event.key === " " && event.target.matches("[data-row-link]") ? "s" : event.key;
    if (act(chord ? "Ctrl+Enter" : key, scope)) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) lastRow = [...document.querySelectorAll("[data-rows] [data-row]")].filter(isShown).indexOf(row);
  });

  function openKeys() {
    const dialog = document.getElementById("keys");
    if (!dialog || dialog.open) return false;
    const list = dialog.querySelector("[data-keylist]");
    list.querySelectorAll("[data-found]").forEach((entry) => entry.remove());
    const found = new Map();
    if (document.querySelector("[data-rows] [data-row]")) found.set("j", "next row").set("k", "previous row").set("Enter", "open the row");
    for (const element of document.querySelectorAll("[data-row-key-label]")) found.set(element.dataset.rowKey, element.dataset.rowKeyLabel);
    for (const element of document.querySelectorAll("[data-key-label]")) found.set(element.dataset.key, element.dataset.keyLabel);
    const entries = [...found].map(([key, label]) => {
      const entry = document.createElement("div");
      entry.dataset.found = "";
      const term = entry.appendChild(document.createElement("dt"));
      term.appendChild(document.createElement("kbd")).textContent = key;
      entry.appendChild(document.createElement("dd")).textContent = label;
      return entry;
    });
    list.prepend(...entries);
    dialog.showModal();
    return true;
  }

  // --- Dialogs and menus --------------------------------------------------------------------------------

  function closeMenus(except, refocus = false) {
    const open = [...document.querySelectorAll("details.menu[open]")].filter((menu) => !menu.contains(except));
    for (const menu of open) {
      if (refocus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
    return open.length > 0;
  }

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const opener = event.target.closest("[data-dialog]");
    if (opener?.dataset.dialog === "keys") openKeys();
    else if (opener) document.getElementById(opener.dataset.dialog).showModal();
  });

  // --- Toasts -------------------------------------------------------------------------------------------

  const toasts = document.getElementById("toasts");

  function tend(toast) {
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-quiet btn-small btn-icon close";
    close.setAttribute("aria-label", "Close this message");
    close.textContent = "×";
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    if (toast.dataset.level === "error") return; // stays until it is closed
    const seconds = Number(toasts.dataset.dismissAfter) * (toast.querySelector("form, a") ? 2 : 1);
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), seconds * 1000); };
    const pause = () => clearTimeout(timer);
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, pause);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => { pause(); start(); });
    start();
  }

  function showToast(text, level = "info", link = null) {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.dataset.level = level;
    toast.appendChild(document.createElement("p")).textContent = text;
    if (link) toast.append(link);
    toasts.append(toast);
  }
  window.showToast = showToast;

  toasts.querySelectorAll(".toast").forEach(tend);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE && node.matches(".toast")) tend(node);
    }
  }).observe(toasts, { childList: true });

  // --- htmx: what goes wrong is said, never swallowed -------------------------------------------------------

  const isQuiet = (event) => event.detail.elt.matches("[data-quiet]");
  document.addEventListener("htmx:responseError", (event) => {
    if (isQuiet(event)) return;
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const reason = page.querySelector("[data-reason]")?.textContent.trim();
    showToast(reason || `That did not work (${event.detail.xhr.status}). Nothing was changed.`, "error");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!isQuiet(event)) showToast("No connection to the server. Nothing was changed.", "error");
    });
  }
  // What the focus was on may have been swapped away: j and k go on from the row that took its place.
  document.addEventListener("htmx:afterSettle", (event) => {
    const rows = [...event.detail.elt.querySelectorAll("[data-rows] [data-row]")];
    if (document.activeElement !== document.body || !rows.length) return;
    const posted = event.detail.requestConfig.verb === "post";
    rows[Math.min(posted ? Math.max(lastRow, 0) : 0, rows.length - 1)].querySelector("[data-row-link]")?.focus({ focusVisible: true });
  });
  // A message that offered to take something back has done its work.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) event.detail.elt.closest(".toast")?.remove();
  });
  // A session that ended answers with the sign-in page: keep what is on the screen, and say so.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    if (!address || new URL(address).pathname !== document.body.dataset.login) return;
    event.detail.shouldSwap = false;
    if (isQuiet(event)) return;
    const link = document.createElement("a");
    link.href = document.body.dataset.login;
    link.target = "_blank";
    link.textContent = "Sign in";
    showToast("You are signed out; nothing was changed. Sign in again in a new window, then reload this one.", "error", link);
  });

  // --- Leaving: nothing that was typed is lost ------------------------------------------------------------

  const typedIn = new Set(); // forms with something that is not on its way yet

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosave], [data-guard]")) typedIn.add(form);
  });
  const sent = (form) => { typedIn.delete(form); form.removeAttribute?.("data-unsent"); };
  document.addEventListener("submit", (event) => sent(event.target));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.form ?? event.detail.elt; // a button's, or the form itself
    if (event.detail.requestConfig.verb === "post") sent(form);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.form ?? event.detail.elt;
    if (!event.detail.successful && form.matches?.("[data-autosave], [data-guard]")) typedIn.add(form);
  });
  window.addEventListener("pagehide", () => {
    for (const form of typedIn) {
      if (!form.isConnected || !form.matches("[data-autosave]")) continue;
      fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true });
    }
  });
  window.addEventListener("beforeunload", (event) => {
    const typed = [...typedIn].some((form) => form.isConnected && form.matches("[data-guard]"));
    if (typed || document.querySelector("[data-guard][data-unsent]")) event.preventDefault();
  });

  // --- The bell ---------------------------------------------------------------------------------------------

  const MINUTE = 60_000;
  let looked = Date.now();

  function look() {
    const bell = document.getElementById("bell");
    if (!bell || document.hidden || Date.now() - looked < MINUTE - 1000) return;
    looked = Date.now();
    window.htmx.trigger(bell, "look");
  }
  setInterval(look, MINUTE);
  document.addEventListener("visibilitychange", look);

  // --- Statements in a text and in the list beside it -------------------------------------------------------

  const numbersOf = (element) => (element.dataset.statements ?? element.dataset.statement).split(" ");

  let lit = null; // what lights up now

  function link(event) {
    const origin = event.target.closest?.("[data-statements], [data-statement]") ?? null;
    if (origin === lit) return;
    lit = origin;
    const wanted = origin ? numbersOf(origin) : [];
    for (const element of document.querySelectorAll("[data-statements], [data-statement]")) {
      element.classList.toggle("is-linked", wanted.length > 0 && numbersOf(element).some((number) => wanted.includes(number)));
    }
  }
  document.addEventListener("pointerover", link);
  document.addEventListener("focusin", link);

  // --- Theme: the profile shows a choice at once ------------------------------------------------------------

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-theme-choice] input")) root.dataset.theme = event.target.value;
  });
})();
