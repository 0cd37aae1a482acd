/*
 * Marking words of a passage: which are a statement's source, cue and content, or which a comment is about.
 *
 * <form data-words> holds a radio named "role" for each role, the words as <button data-word="12" data-role="cue"> and, for each role,
 * <dd data-chosen="cue">. What is chosen stands in data-role alone. On the way to the server it becomes cue_from and cue_to, word numbers;
 * offsets are the server's business. With data-words="one" the words of a role stand beside each other: of two runs the newer one is kept. Listeners sit on the document, so that an editor that htmx puts in needs nothing.
 */
"use strict";

(() => {
  const ROLE_KEYS = { 1: "source", 2: "cue", 3: "content", s: "source", c: "cue", t: "content" };
  const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };

  let past = []; // what was chosen before each change
  let drag = null;
  let anchor = null; // the word that had the focus before the pointer went down
  let dragged = false; // the click that ends a drag is none

  const wordsOf = (editor) => [...editor.querySelectorAll("[data-word]")];
  const rolesIn = (editor) => [...editor.querySelectorAll("[name=role]")].map((radio) => radio.value);
  const rolesOf = (words) => words.map((word) => word.dataset.role ?? "");
  const activeRole = (editor) => editor.querySelector("[name=role]:checked").value;

  function mark(word, role) {
    if ((word.dataset.role ?? "") === role) return;
    if (role) word.dataset.role = role;
    else delete word.dataset.role;
    word.setAttribute("aria-pressed", String(Boolean(role)));
    if (role) word.setAttribute("aria-label", `${word.textContent}: ${role}`);
    else word.removeAttribute("aria-label");
  }

  function fill(words, from, to, role) {
    for (let at = Math.min(from, to); at <= Math.max(from, to); at += 1) mark(words[at], role);
  }

  const restore = (words, roles) => words.forEach((word, at) => mark(word, roles[at]));

  /* Runs of words with a role, as lists of buttons. */
  function runsOf(words, role) {
    const runs = [];
    words.forEach((word, at) => {
      if (word.dataset.role !== role) return;
      if (at && words[at - 1].dataset.role === role) runs.at(-1).push(word);
      else runs.push([word]);
    });
    return runs;
  }

  const wordsSaid = (words, role) =>
    runsOf(words, role).map((run) => run.map((word) => word.textContent).join(" ")).join(" … ");

  function keepOneRun(words, before, role) {
    const runs = runsOf(words, role);
    const kept = runs.find((run) => run.some((word) => before[words.indexOf(word)] !== role)) ?? runs[0];
    for (const run of runs) if (run !== kept) for (const word of run) mark(word, "");
  }

  function changed(editor, words, before) {
    if (editor.dataset.words === "one") for (const role of rolesIn(editor)) keepOneRun(words, before, role);
    if (rolesOf(words).every((role, at) => role === before[at])) return;
    past.push(before);
    show(editor, words);
  }

  function show(editor, words) {
    for (const role of rolesIn(editor)) editor.querySelector(`[data-chosen="${role}"]`).textContent = wordsSaid(words, role);
    editor.querySelector("[data-undo]").disabled = !past.length;
    const role = activeRole(editor);
    editor.querySelector("[data-said]").textContent = `${role}: ${wordsSaid(words, role) || "nothing"}`;
  }

  function undo(editor) {
    const words = wordsOf(editor);
    const before = past.pop();
    if (!before) return;
    restore(words, before);
    show(editor, words);
    if (!past.length && document.activeElement === document.body) focusOn(words.find((word) => word.tabIndex === 0));
  }

  // --- Keys ---------------------------------------------------------------------------------------------

  function focusOn(word) {
    word.focus({ focusVisible: true });
    word.scrollIntoView({ block: "nearest" });
  }

  /* The word that an arrow leads to: the next one, or the nearest on the next line. */
  function target(words, here, key) {
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const rightToLeft = getComputedStyle(words[here].parentElement).direction === "rtl";
      return here + (rightToLeft ? -STEPS[key] : STEPS[key]);
    }
    const middle = (word) => { const box = word.getBoundingClientRect(); return box.left + box.width / 2; };
    const top = (at) => Math.round(words[at].getBoundingClientRect().top);
    const step = STEPS[key];
    let at = here;
    while (words[at] && top(at) === top(here)) at += step;
    if (!words[at]) return at;
    const line = top(at);
    let best = at;
    for (; words[at] && top(at) === line; at += step) {
      if (Math.abs(middle(words[at]) - middle(words[here])) < Math.abs(middle(words[best]) - middle(words[here]))) best = at;
    }
    return best;
  }

  /* Make the run that the focus stands in longer or shorter. From its first or last word that border moves; from its middle it grows. */
  function stretch(editor, words, here, to) {
    const role = activeRole(editor);
    const before = rolesOf(words);
    if (before[here] !== role) {
      mark(words[here], role);
      changed(editor, words, before);
      return;
    }
    let first = here;
    let last = here;
    while (before[first - 1] === role) first -= 1;
    while (before[last + 1] === role) last += 1;
    const alone = first === last;
    let at;
    if (to > here && here === first && !alone) {
      at = Math.min(to, last);
      fill(words, first, at - 1, "");
    } else if (to < here && here === last && !alone) {
      at = Math.max(to, first);
      fill(words, last, at + 1, "");
    } else {
      at = to > here ? Math.max(to, last + 1) : Math.min(to, first - 1);
      if (!words[at]) return;
      fill(words, here, at, role);
    }
    focusOn(words[at]);
    changed(editor, words, before);
  }

  // In the capture phase: before site.js, which would move the focus to the radio that a key stands for.
  document.addEventListener("keydown", (event) => {
    const editor = event.target.closest?.("[data-words]");
    if (!editor || event.isComposing || event.altKey) return;
    const word = event.target.closest("[data-word]");
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z" || event.shiftKey || event.target.matches("input[type=text]")) return;
      event.preventDefault();
      undo(editor);
    } else if (word && event.key in STEPS) {
      event.preventDefault();
      const words = wordsOf(editor);
      const here = words.indexOf(word);
      const to = target(words, here, event.key);
      if (!event.shiftKey) { if (words[to]) focusOn(words[to]); }
      else if (words[to] || words[here].dataset.role !== activeRole(editor)) stretch(editor, words, here, to);
    } else if (word && (event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      focusOn(wordsOf(editor).at(event.key === "Home" ? 0 : -1));
    } else if (word && rolesIn(editor).includes(ROLE_KEYS[event.key]) && document.documentElement.dataset.keys !== "off") {
      event.preventDefault(); // the focus stays on its word
      editor.querySelector(`[name=role][value="${ROLE_KEYS[event.key]}"]`).checked = true;
      editor.querySelector("[data-said]").textContent = `Marking the ${ROLE_KEYS[event.key]}`;
    }
  }, { capture: true });

  // One word takes part in the order of the Tab key: the one that had the focus last.
  document.addEventListener("focusin", (event) => {
    const word = event.target.closest?.("[data-words] [data-word]");
    if (!word) return;
    for (const other of word.closest("[data-words]").querySelectorAll("[data-word][tabindex='0']")) other.tabIndex = -1;
    word.tabIndex = 0;
  });

  // --- Pointer: a click turns one word on or off, a drag does so with all on its way ------------------------

  document.addEventListener("pointerdown", (event) => {
    dragged = false;
    const word = event.target.closest?.("[data-words] [data-word]");
    if (!word || event.button !== 0 || !event.isPrimary || event.shiftKey) {
      if (word) anchor = word.closest("[data-words]").querySelector("[data-word][tabindex='0']");
      return;
    }
    const editor = word.closest("[data-words]");
    const words = wordsOf(editor);
    const role = activeRole(editor);
    const from = words.indexOf(word);
    drag = { editor, words, from, at: from, before: rolesOf(words), role: word.dataset.role === role ? "" : role };
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const at = drag.words.indexOf(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-word]"));
    if (at < 0 || at === drag.at) return;
    dragged = true;
    drag.at = at;
    restore(drag.words, drag.before);
    fill(drag.words, drag.from, at, drag.role);
  });

  document.addEventListener("pointerup", () => {
    if (drag && dragged) {
      changed(drag.editor, drag.words, drag.before);
      focusOn(drag.words[drag.at]);
    }
    drag = null;
  });

  document.addEventListener("pointercancel", () => { // a finger scrolls
    if (drag) restore(drag.words, drag.before);
    drag = null;
  });

  document.addEventListener("click", (event) => {
    const editor = event.target.closest("[data-words]");
    if (!editor) return;
    if (event.target.closest("[data-undo]")) undo(editor);
    const word = event.target.closest("[data-word]");
    if (!word || dragged) return;
    const words = wordsOf(editor);
    const before = rolesOf(words);
    const role = activeRole(editor);
    if (event.shiftKey && anchor) fill(words, words.indexOf(anchor), words.indexOf(word), role);
    else mark(word, word.dataset.role === role ? "" : role);
    changed(editor, words, before);
  });

  // --- To the server and back -------------------------------------------------------------------------------

  document.addEventListener("formdata", (event) => {
    if (!event.target.matches("[data-words]")) return;
    const words = wordsOf(event.target);
    for (const role of rolesIn(event.target)) {
      event.formData.delete(`${role}_from`);
      event.formData.delete(`${role}_to`);
      for (const run of runsOf(words, role)) {
        event.formData.append(`${role}_from`, run[0].dataset.word);
        event.formData.append(`${role}_to`, run.at(-1).dataset.word);
      }
    }
  });

  // More of the text: the words are other ones now, and the button that was pressed may have gone.
  document.addEventListener("htmx:afterSettle", () => {
    const word = document.querySelector("[data-words] [data-word][tabindex='0']");
    past = [];
    if (word && document.activeElement === document.body) focusOn(word);
  });
})();
