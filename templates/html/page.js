"use strict";
/* global console, document, vega */
(() => {
  const words = document.body.dataset;

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);

  function showTip(_handler, event, _item, value) {
    tip.hidden = value === null || value === undefined || value === "";
    if (tip.hidden) return;
    tip.replaceChildren();
    for (const [name, text] of typeof value === "object" ? Object.entries(value) : [["", value]]) {
      const line = document.createElement("div");
      const key = document.createElement("b");
      key.textContent = name === "" ? "" : `${name}: `;
      line.append(key, String(text));
      tip.append(line);
    }
    const { width, height } = tip.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, clientWidth - width - 4))}px`;
    tip.style.top = `${event.clientY + 18 + height > clientHeight ? event.clientY - height - 10 : event.clientY + 18}px`;
  }

  async function enliven(place) {
    const text = document.getElementById(`chart-${place.dataset.chart}`).textContent;
    // The interpreter instead of functions made of texts, which the page's policy forbids.
    const view = new vega.View(vega.parse(JSON.parse(text), null, { ast: true }), {
      renderer: "svg",
      container: place,
      hover: true,
      expr: vega.expressionInterpreter,
    });
    await view.tooltip(showTip).runAsync();
    const hasLegend = text.includes('"shown_') && text.includes('"legends"');
    const hints = [hasLegend && words.legend, text.includes('"zoom_x"') && words.zoom].filter(Boolean);
    if (hints.length > 0) {
      const hint = document.createElement("span");
      hint.className = "hint";
      hint.textContent = hints.join(" ");
      place.after(hint);
    }
    place.parentElement.classList.add("is-live");
  }

  /** A cell as what it sorts by: seconds of a duration, another number, or its words. */
  function sortValue(cell) {
    const text = cell.textContent.trim();
    const [, number, unit] = /^(-?\d+(?:\.\d+)?)\s*(ms|s|%)?(?![\w.])/.exec(text) ?? [];
    return number === undefined ? text : Number(number) * (unit === "ms" ? 0.001 : 1);
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  }

  function makeSortable(table) {
    const body = table.tBodies[0];
    if (body === undefined || body.rows.length < 3) return;
    for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
      // No <button>: browsers leave it out of the heads they repeat on paper.
      const button = document.createElement("span");
      button.role = "button";
      button.tabIndex = 0;
      button.title = words.sort;
      button.append(...head.childNodes);
      head.append(button);
      const sort = () => {
        const isUp = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => ({ row, value: sortValue(row.cells[index]) }));
        rows.sort((a, b) => (isUp ? 1 : -1) * compare(a.value, b.value));
        body.append(...rows.map(({ row }) => row));
      };
      button.addEventListener("click", sort);
      button.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          sort();
        }
      });
    }
  }

  for (const table of document.querySelectorAll("table")) makeSortable(table);
  for (const place of document.querySelectorAll(".live")) {
    enliven(place).catch((error) => {
      // The still chart stays.
      console.error(error);
    });
  }
})();
