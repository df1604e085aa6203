(() => {
  const { data } = formcheck;
  const video = document.querySelector("video");
  const said = document.getElementById("said");
  const plots = [];

  // ---- the video and the moment that is looked at --------------------------------------------
  let moment = 0;
  const showMoment = (time) => {
    moment = time;
    for (const plot of plots) placeCursor(plot);
    for (const row of document.querySelectorAll("tr[data-from]")) {
      row.classList.toggle("now", time >= +row.dataset.from && time <= +row.dataset.to);
    }
  };
  const seek = (time, speak) => {
    if (video) {
      video.pause();
      video.currentTime = time;
    }
    showMoment(time);
    if (speak) said.textContent = `Video at ${time.toFixed(1)} seconds`;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (!button) return;
    seek(+button.dataset.seek, true);
    if (video) video.scrollIntoView({ block: "nearest" });
  });
  if (video) {
    const missing = () => { document.getElementById("no-video").hidden = false; };
    video.addEventListener("error", missing, true);
    if (video.error || video.networkState === HTMLMediaElement.NETWORK_NO_SOURCE) missing();
    const follow = () => {
      showMoment(video.currentTime);
      if (!video.paused && !video.ended) requestAnimationFrame(follow);
    };
    video.addEventListener("play", follow);
    video.addEventListener("seeked", () => showMoment(video.currentTime));
    video.addEventListener("timeupdate", () => showMoment(video.currentTime));
  }

  // ---- curves ---------------------------------------------------------------------------------
  const placeCursor = ({ place, cursor }) => {
    const { l, r } = formcheck.margin;
    const width = place.clientWidth - l - r;
    const share = data.duration > 0 ? moment / data.duration : 0;
    cursor.style.display = "block";
    cursor.style.transform = `translateX(${l + Math.min(1, Math.max(0, share)) * width - 1}px)`;
  };

  const spanShapes = () => {
    const shapes = [];
    for (const rep of data.reps) {
      shapes.push({ type: "rect", xref: "x", yref: "paper", x0: rep.from, x1: rep.to, y0: 0, y1: 1,
        fillcolor: formcheck.colour(rep.side), opacity: 0.07, line: { width: 0 }, layer: "below" });
    }
    for (const fault of data.faults) {
      const name = fault.severity === "fault" ? "fault" : "warning";
      shapes.push({ type: "rect", xref: "x", yref: "paper", x0: fault.from, x1: fault.to,
        y0: 0, y1: 0.045, fillcolor: formcheck.colour(name), opacity: 0.85, line: { width: 0 } });
    }
    return shapes;
  };

  const limitShapes = (chart, [low, high]) => {
    const shapes = [];
    if (chart.band) {
      const { from, to } = chart.band;
      shapes.push({ type: "rect", xref: "paper", yref: "y", x0: 0, x1: 1, y0: from ?? low,
        y1: to ?? high, fillcolor: formcheck.colour("good"), opacity: 0.13, line: { width: 0 },
        layer: "below" });
      for (const y of [from, to]) {
        if (y !== null) {
          shapes.push({ type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: y, y1: y,
            line: { color: formcheck.colour("good"), width: 1, dash: "dot" } });
        }
      }
    }
    for (const line of chart.lines) {
      shapes.push({ type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: line.y, y1: line.y,
        line: { color: formcheck.colour("good"), width: 1.5, dash: "dash" } });
    }
    return shapes;
  };

  const signOf = (chart) => (chart.unit && chart.unit !== "°" ? ` ${chart.unit}` : chart.unit);

  const rangeOf = (chart) => {
    let low = Infinity;
    let high = -Infinity;
    const take = (y) => {
      if (y === null || y === undefined) return;
      low = Math.min(low, y);
      high = Math.max(high, y);
    };
    for (const line of chart.series) line.y.forEach(take);
    for (const line of chart.lines) take(line.y);
    if (chart.band) {
      take(chart.band.from);
      take(chart.band.to);
    }
    const room = Math.max(chart.room, (high - low) * 0.08);
    return [low - room, high + room];
  };

  const draw = (place, index, width) => {
    const chart = data.charts[+place.dataset.chart];
    const range = rangeOf(chart);
    const traces = chart.series.map((line) => ({
      x: line.t, y: line.y, name: line.name, mode: "lines", connectgaps: false,
      line: { color: formcheck.colour(line.side), width: 2,
        dash: line.side === "right" ? "5px,2px" : "solid" },
      hovertemplate: `%{y:.${chart.digits}f}${signOf(chart)}`,
    }));
    const annotations = chart.lines.map((line) => ({ xref: "paper", yref: "y", x: 1, y: line.y,
      text: line.text, showarrow: false, xanchor: "right", yanchor: "bottom", font: { size: 12 },
      bgcolor: formcheck.colour("paper"), opacity: 0.85, borderpad: 1 }));
    if (index === 0 && data.reps.length * 30 < (width || place.clientWidth)) {
      for (const rep of data.reps) {
        annotations.push({ xref: "x", yref: "paper", x: (rep.from + rep.to) / 2, y: 1,
          text: rep.text, showarrow: false, yanchor: "bottom", font: { size: 12 } });
      }
    }
    const layout = formcheck.layout({
      shapes: [...spanShapes(), ...limitShapes(chart, range)],
      annotations,
      xaxis: { range: [0, data.duration], fixedrange: true, ticksuffix: " s", zeroline: false,
        hoverformat: ".2f", nticks: width || place.clientWidth > 500 ? 12 : 6 },
      yaxis: { range, fixedrange: true, ticksuffix: signOf(chart),
        zeroline: range[0] < 0 && range[1] > 0, nticks: 6 },
      ...(width ? { width, height: 132, autosize: false } : {}),
    });
    window.Plotly.react(place.querySelector(".drawing"), traces, layout, formcheck.config);
  };

  const shown = [];
  const start = (place) => {
    if (shown.includes(place)) return;
    shown.push(place);
    draw(place, +place.dataset.chart, null);
    const plot = { place, cursor: place.querySelector(".cursor") };
    plots.push(plot);
    placeCursor(plot);
    place.querySelector(".drawing").on("plotly_click", (event) => seek(event.points[0].x, true));
  };
  const drawAll = (width) => {
    for (const place of shown) {
      if (!width || !place.closest("figure.extra")) draw(place, +place.dataset.chart, width);
    }
    if (!width) for (const plot of plots) placeCursor(plot);
  };

  if (!document.getElementById("chart-library")) {
    document.documentElement.dataset.ready = "yes";
    return;
  }
  formcheck.loadCharts().then(() => {
    document.querySelectorAll(".plot:not(.later)").forEach(start);
    for (const more of document.querySelectorAll("details")) {
      more.addEventListener("toggle", () => {
        if (more.open) more.querySelectorAll(".plot").forEach(start);
      });
    }
    formcheck.followTheme(drawAll);
    addEventListener("resize", () => requestAnimationFrame(() => showMoment(moment)));
    document.documentElement.dataset.ready = "yes";
  }).catch(formcheck.chartsFailed);
})();
