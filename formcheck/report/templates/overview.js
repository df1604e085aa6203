(() => {
  const table = document.getElementById("clips");
  const heads = [...table.tHead.rows[0].cells];
  const said = document.getElementById("said");

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (!cell || cell.colSpan > 1) return null;
    return cell.dataset.value === undefined ? cell.textContent.trim() : +cell.dataset.value;
  };

  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows];
    rows.sort((first, second) => {
      const [a, b] = [valueOf(first, column), valueOf(second, column)];
      // What has no value stays below, whichever way round.
      if (a === null || b === null) return (a === null) - (b === null);
      const order = typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
      return down ? -order : order;
    });
    table.tBodies[0].append(...rows);
    said.textContent = `Sorted by ${head.textContent.trim()}, ${down ? "falling" : "rising"}`;
  }));
  document.documentElement.dataset.ready = "yes";
})();
