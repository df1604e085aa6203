"use strict";
// Shared by all pages: the chart library is unpacked here, and curves are drawn in the page's style.

const formcheck = {};

formcheck.data = JSON.parse(document.getElementById("page-data").textContent);

// plotly.js lies in the page compressed; its hash is in the content security policy.
formcheck.loadCharts = async () => {
  const packed = document.getElementById("chart-library").textContent;
  const bytes = Uint8Array.from(atob(packed.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  if (!window.Plotly) throw new Error("the chart library did not start");
};

formcheck.colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

formcheck.font = () => getComputedStyle(document.body).fontFamily;

formcheck.margin = { l: 52, r: 14, t: 20, b: 36 };

formcheck.layout = (extra) => ({
  margin: formcheck.margin,
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family: formcheck.font(), size: 13 },
  hovermode: "x unified",
  showlegend: false,
  dragmode: false,
  ...extra,
});

formcheck.config = { displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false,
  doubleClick: false, showTips: false, plotlyServerURL: "" };

// Colours are baked into the drawing, so it is drawn again when the scheme changes and for paper.
formcheck.followTheme = (draw) => {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", () => draw(null));
  addEventListener("beforeprint", () => draw(690));
  addEventListener("afterprint", () => draw(null));
};

formcheck.chartsFailed = (error) => {
  for (const place of document.querySelectorAll(".plot")) {
    place.textContent = "This browser is too old to draw the curves; the tables have the figures.";
    place.style.height = "auto";
  }
  console.warn(error);
};
