(() => {
  const { data } = formcheck;

  const draw = (place, width) => {
    const chart = data.charts[+place.dataset.chart];
    const sign = chart.unit === "" || chart.unit === "°" ? chart.unit : ` ${chart.unit}`;
    const traces = chart.series.map((line) => ({
      x: line.t, y: line.y, name: line.name, mode: "lines+markers", connectgaps: true,
      line: { color: formcheck.colour(line.side), width: 2,
        dash: line.side === "right" ? "5px,2px" : "solid" },
      marker: { color: formcheck.colour(line.side), size: 6,
        symbol: line.side === "right" ? "diamond" : "circle" },
      hovertemplate: `%{y}${sign}`,
    }));
    const counts = chart.counts;
    const layout = formcheck.layout({
      xaxis: { type: "date", fixedrange: true, zeroline: false, hoverformat: "%e %b %Y, %H:%M",
        tickformatstops: [
          { dtickrange: [null, 2592000000], value: "%e %b" },
          { dtickrange: [2592000000, null], value: "%b %Y" },
        ], nticks: 6 },
      yaxis: { fixedrange: true, ticksuffix: sign, zeroline: false, nticks: 5,
        ...(chart.range ? { range: chart.range } : {}),
        ...(counts && !chart.range ? { rangemode: "tozero", tickformat: "d" } : {}) },
      ...(width ? { width: width / 2, height: 132, autosize: false } : {}),
    });
    window.Plotly.react(place.querySelector(".drawing"), traces, layout, formcheck.config);
  };

  const drawAll = (width) => {
    for (const place of document.querySelectorAll(".plot")) draw(place, width);
  };

  if (!document.getElementById("chart-library")) {
    document.documentElement.dataset.ready = "yes";
    return;
  }
  formcheck.loadCharts().then(() => {
    drawAll(null);
    formcheck.followTheme(drawAll);
    document.documentElement.dataset.ready = "yes";
  }).catch(formcheck.chartsFailed);
})();
