// Sets the colours before the page is painted.
(function () {
  try {
    const chosen = localStorage.getItem("uctrace-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // storage is switched off: the colours are those of the system
  }
})();
