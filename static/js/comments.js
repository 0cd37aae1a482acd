/*
 * Comments: whom an @ may mean, and the words that a comment is about.
 *
 * <textarea data-mentions="ADDRESS">: after an @ a list of colleagues opens below the field, which arrows, Enter and Tab choose from.
 * [data-comment="12"] is the quotation in a comment, [data-comments="12 15"] are pieces of the passage: following the one marks the others.
 */
"use strict";

(() => {
  const MOST = 6;
  const WRITTEN = /(?:^|[^\w@/.+-])@([\w.+-]*)$/;

  let people = null; // a promise, made at the first @
  let open = null; // { field, list, found, at }

  function ask(address) {
    people ??= fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok && !answer.redirected ? answer.json() : { people: [] }))
      .then((answer) => answer.people)
      .catch(() => { people = null; return []; });
    return people;
  }

  const before = (field) => WRITTEN.exec(field.value.slice(0, field.selectionStart));

  function close() {
    if (!open) return;
    open.list.remove();
    open.said.remove();
    for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) open.field.removeAttribute(name);
    open = null;
  }

  function point(at) {
    open.at = (at + open.found.length) % open.found.length;
    [...open.list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === open.at)));
    open.field.setAttribute("aria-activedescendant", open.list.children[open.at].id);
  }

  function choose(person) {
    const { field } = open;
    const end = field.selectionStart;
    const start = end - before(field)[1].length;
    const space = /^\s/.test(field.value.slice(end)) ? "" : " ";
    field.setRangeText(person.name + space, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  }

  function show(field, found) {
    close();
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.id = "mention-list";
    list.role = "listbox";
    list.setAttribute("aria-label", "Colleagues");
    found.forEach((person, number) => {
      const option = list.appendChild(document.createElement("li"));
      option.role = "option";
      option.id = `mention-${number}`;
      option.appendChild(document.createElement("span")).textContent = person.shown;
      const name = option.appendChild(document.createElement("span"));
      name.className = "muted";
      name.textContent = `@${person.name}`;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(person); });
    });
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.role = "status";
    field.after(list, said);
    said.textContent = `${found.length} ${found.length === 1 ? "colleague" : "colleagues"}; arrows and Enter choose`;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    open = { field, list, said, found, at: 0 };
    point(0);
  }

  document.addEventListener("input", async (event) => {
    const field = event.target.closest?.("[data-mentions]");
    if (!field) return;
    if (!before(field)) return close();
    const everybody = await ask(field.dataset.mentions);
    const written = before(field)?.[1].toLowerCase();
    if (written === undefined || document.activeElement !== field) return close();
    const begins = (person) => person.name.toLowerCase().startsWith(written) || person.shown.toLowerCase().split(/\s+/).some((part) => part.startsWith(written));
    const found = everybody.filter(begins).slice(0, MOST);
    if (found.length) show(field, found);
    else close();
  });

  // In the capture phase: before site.js, for which Escape leaves the field.
  document.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") point(open.at + 1);
    else if (event.key === "ArrowUp") point(open.at - 1);
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) choose(open.found[open.at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }, { capture: true });

  document.addEventListener("focusout", (event) => { if (open?.field === event.target) close(); });

  // --- The words of a comment ---------------------------------------------------------------------------------

  function mark() {
    const number = /^#words-(\d+)$/.exec(location.hash)?.[1];
    for (const piece of document.querySelectorAll("[data-comments]")) {
      if (number && piece.dataset.comments.split(" ").includes(number)) piece.setAttribute("aria-current", "true");
      else piece.removeAttribute("aria-current");
    }
  }
  window.addEventListener("hashchange", mark);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-comment]")) setTimeout(mark); });
  document.addEventListener("htmx:afterSettle", mark);
  mark();
})();
