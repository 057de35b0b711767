// What makes the page of a report answer. Text from data is set as text alone, never as markup.
'use strict';

(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const controls = document.getElementById('controls');
  const panel = document.getElementById('cell');
  document.documentElement.classList.add('js');

  // MARK: Elements

  const SVG = 'http://www.w3.org/2000/svg';

  function fill(element, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null) element.setAttribute(key, value);
    }
    for (const child of [children ?? []].flat()) {
      element.append(typeof child === 'object' ? child : document.createTextNode(String(child)));
    }
    return element;
  }

  const make = (name, attributes, children) =>
    fill(document.createElement(name), attributes, children);
  const draw = (name, attributes, children) =>
    fill(document.createElementNS(SVG, name), attributes, children);

  // MARK: Numbers

  const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

  function brief(value) {
    if (value === null || value === undefined || !Number.isFinite(value)) return '–';
    const size = Math.abs(value);
    const sign = value < 0 ? '−' : '';
    if (size === 0) return '0';
    if (size >= 1e7 || size < 1e-4) {
      return sign + size.toExponential(2).replace('e+', 'e').replace('e-', 'e−');
    }
    if (Number.isInteger(size)) return sign + whole.format(size);
    const places = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
    return sign + new Intl.NumberFormat('en', {
      minimumFractionDigits: places, maximumFractionDigits: places,
    }).format(size);
  }

  /** A number beside a tick: without zeros at its end. */
  const ticked = (value) => brief(value).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

  /** A text of at most so many characters, never cut within one. */
  function shortened(text, length) {
    const characters = Array.from(text);
    return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
  }

  const counted = (count, one, many) => `${brief(count)} ${count === 1 ? one : many || one + 's'}`;

  /** Nine steps of one colour over a range, by ratio where amounts lie far apart. */
  function colourSteps(values, areAmounts) {
    let low = Infinity;
    let high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const isLogarithmic = areAmounts && low > 0 && high / low > 20;
    const scale = isLogarithmic ? Math.log : (value) => value;
    return {
      low, high, isLogarithmic, isEmpty: !(high >= low),
      of(value) {
        if (!(high > low)) return 8;
        const part = (scale(value) - scale(low)) / (scale(high) - scale(low));
        return Math.min(Math.max(Math.floor(part * 9), 0), 8);
      },
    };
  }

  function ticks(low, high, count) {
    const width = (high - low) / count;
    if (!(width > 0)) return [low];
    const power = 10 ** Math.floor(Math.log10(width));
    const step = [1, 2, 5, 10].map((part) => part * power).find((part) => part >= width);
    const found = [];
    for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at += 1) {
      found.push(Math.round(at * step * 1e9) / 1e9);
    }
    return found;
  }

  // MARK: Controls

  function selector(label, choices, value, onChange) {
    const select = make('select', {}, choices.map(([key, text]) =>
      make('option', { value: key }, text)));
    select.value = value;
    select.addEventListener('change', () => onChange(select.value));
    return make('label', {}, [label, select]);
  }

  // MARK: The cells

  function showCells() {
    const { axes, cells } = data;
    const cellCount = cells.count.length;
    const figure = document.getElementById('heatmap');
    const isMapAxis = (axis) => axis >= 0 && Boolean(axes[axis].polygons);
    const state = {
      x: data.view[0], y: data.view[1], isMap: data.isMap, value: data.hasChoice ? 'chosen' : 'count',
      slices: axes.map(() => -1), cursor: null, opened: null,
    };
    const samplesOfCell = new Map();
    data.samples.forEach((sample, place) => {
      if (!samplesOfCell.has(sample[0])) samplesOfCell.set(sample[0], []);
      samplesOfCell.get(sample[0]).push(place);
    });

    const measures = [
      ['chosen', 'chosen samples', data.hasChoice],
      ['claim', 'samples claimed', Boolean(cells.claim)],
      ['count', 'samples in the pool', true],
      ['quality', 'mean quality', true],
    ].filter((measure) => measure[2]);

    /** The fields of the view: cells that agree on the axes shown, among those of the slices. */
    function fieldsOfView() {
      const fields = new Map();
      const width = axes[state.x].labels.length;
      const sliced = axes.map((_, axis) => axis)
        .filter((axis) => !isShown(axis) && state.slices[axis] >= 0);
      for (let cell = 0; cell < cellCount; cell += 1) {
        if (sliced.some((axis) => cells.bins[axis][cell] !== state.slices[axis])) continue;
        const x = cells.bins[state.x][cell];
        const y = state.y >= 0 ? cells.bins[state.y][cell] : 0;
        let field = fields.get(y * width + x);
        if (!field) {
          field = { x, y, cells: [], count: 0, chosen: 0, claim: 0, scored: 0, sum: 0 };
          fields.set(y * width + x, field);
        }
        field.cells.push(cell);
        field.count += cells.count[cell];
        if (cells.chosen) field.chosen += cells.chosen[cell];
        if (cells.claim) field.claim += cells.claim[cell];
        const scored = cells.scored ? cells.scored[cell] : cells.count[cell];
        if (cells.quality[cell] !== null) {
          field.scored += scored;
          field.sum += scored * cells.quality[cell];
        }
      }
      for (const field of fields.values()) {
        field.quality = field.scored > 0 ? field.sum / field.scored : null;
      }
      return fields;
    }

    const isShown = (axis) => axis === state.x || axis === state.y;
    let fields = new Map();
    let layout = null;
    const keyOf = (x, y) => y * axes[state.x].labels.length + x;

    // Parts of the figure that stay.
    const svg = draw('svg', {
      class: 'figure plot', tabindex: 0, role: 'application', 'aria-roledescription': 'heatmap',
      'aria-describedby': 'keys',
    });
    const ends = make('div', {});
    const readout = make('p', { class: 'readout', 'aria-hidden': 'true' });
    const spoken = make('p', { class: 'hidden', 'aria-live': 'polite', id: 'spoken' });
    const keys = make('p', { class: 'hidden', id: 'keys' },
      'Arrow keys move from field to field, Enter lists its samples.');
    const listing = make('details', { class: 'listing' });
    figure.replaceChildren(svg, ends, readout, spoken, keys, listing);

    /** One unit of the figure is one of the page, so that its letters are as large as others. */
    const roomOfFigure = () => Math.min(Math.max(figure.clientWidth, 280), 648);

    /** Where the bins of an axis stand in a row. */
    function placesOf(axis) {
      const order = axes[axis].order || axes[axis].labels.map((_, bin) => bin);
      const places = [];
      order.forEach((bin, place) => { places[bin] = place; });
      return { order, places };
    }

    function drawView() {
      fields = fieldsOfView();
      const shown = [...fields.values()].filter((field) =>
        field[state.value] !== null && (state.value === 'quality' || field[state.value] > 0));
      const steps = colourSteps(shown.map((field) => field[state.value]), state.value !== 'quality');
      const styleOf = (field) => {
        const value = field[state.value];
        const isNothing = value === null || (state.value !== 'quality' && !(value > 0));
        return isNothing ? 'none' : `s${steps.of(value)}`;
      };
      svg.replaceChildren();
      if (state.isMap) drawMap(styleOf);
      else drawFields(styleOf);
      drawLegend(steps, [...fields.values()].some((field) => styleOf(field) === 'none'));
      svg.append(layout.marks);
      const names = state.isMap ? axes[state.x].name
        : axes[state.x].name + (state.y >= 0 ? ` and ${axes[state.y].name}` : '');
      const measure = measures.find((one) => one[0] === state.value)[1];
      svg.setAttribute('aria-label', `${measure} by ${names}: ${counted(fields.size, 'field')}`
        + (steps.isEmpty ? '' : `, from ${brief(steps.low)} to ${brief(steps.high)}`));
      drawEnds();
      if (state.cursor && !fields.has(keyOf(state.cursor.x, state.cursor.y))) state.cursor = null;
      mark();
      tell(state.cursor);
      if (listing.open) list();
    }

    function group(x, y, children) {
      return draw('g', { transform: `translate(${x} ${y})` }, children);
    }

    function drawFields(styleOf) {
      const across = placesOf(state.x);
      const up = state.y >= 0 ? placesOf(state.y) : { order: [0], places: [0] };
      // One long axis goes row by row, as lines of a text do.
      const isWrapped = state.y < 0 && across.order.length > 80;
      const columns = isWrapped
        ? Math.ceil(Math.sqrt(across.order.length * 1.5)) : across.order.length;
      const rows = isWrapped ? Math.ceil(across.order.length / columns) : up.order.length;
      const upLabels = state.y < 0 || axes[state.y].order ? []
        : axes[state.y].edges || axes[state.y].labels;
      const longest = upLabels.reduce((most, label) => Math.max(most, Math.min(label.length, 16)), 1);
      const left = state.y < 0 ? 12 : 32 + 6.6 * longest;
      const total = roomOfFigure();
      const width = Math.min((total - left - 8) / columns, 66);
      const height = Math.min(420 / rows, isWrapped ? width : state.y < 0 ? 60 : Math.max(width, 24), 60);
      /** The column of a field and its row from above, and which field is there. */
      const placeOf = (field) => {
        const place = across.places[field.x];
        return isWrapped ? [place % columns, Math.floor(place / columns)]
          : [place, rows - 1 - up.places[field.y]];
      };
      const fieldOf = (column, row) => {
        if (column < 0 || column >= columns || row < 0 || row >= rows) return null;
        const bin = across.order[isWrapped ? row * columns + column : column];
        const other = isWrapped ? 0 : up.order[rows - 1 - row];
        return (bin === undefined ? null : fields.get(keyOf(bin, other))) || null;
      };
      const plot = { width: width * columns, height: height * rows };
      const gap = Math.min(width, height) > 8 ? 1 : 0;
      const paths = new Map();
      for (const field of fields.values()) {
        const [column, row] = placeOf(field);
        const x = column * width + gap / 2;
        const y = row * height + gap / 2;
        const style = styleOf(field);
        const path = `M${x.toFixed(3)} ${y.toFixed(3)}h${(width - gap).toFixed(3)}`
          + `v${(height - gap).toFixed(3)}h${(gap - width).toFixed(3)}z`;
        if (!paths.has(style)) paths.set(style, []);
        paths.get(style).push(path);
      }
      const parts = [draw('rect', { class: 'well', width: plot.width, height: plot.height })];
      for (const [style, path] of paths) {
        parts.push(draw('path', { class: style, d: path.join('') }));
      }
      const bottom = isWrapped ? 8 : axisTicks(state.x, across, width, parts, plot.height, false);
      if (state.y >= 0) {
        axisTicks(state.y, up, height, parts, plot.height, true);
        parts.push(draw('text', {
          class: 'name', 'text-anchor': 'middle',
          transform: `translate(${10 - left} ${plot.height / 2}) rotate(-90)`,
        }, axes[state.y].name));
      }
      parts.push(draw('text', {
        class: 'name', 'text-anchor': 'middle', x: plot.width / 2, y: plot.height + bottom + 14,
      }, axes[state.x].name + (isWrapped ? ', row by row' : '')));
      svg.append(group(left, 6, parts));
      layout = {
        left, top: 6, width, height, placeOf, fieldOf, legend: plot.height + bottom + 34, total,
        marks: draw('g', { transform: `translate(${left} 6)` }),
      };
      svg.setAttribute('viewBox', `0 0 ${total} ${layout.legend + 38}`);
    }

    /** Writes the ticks of an axis; of edges between fields, of labels below them. Returns their depth. */
    function axisTicks(axis, places, size, parts, floor, isUp) {
      const { edges, labels, order, valueBins } = axes[axis];
      const room = isUp ? 13 : 44;
      let last = -Infinity;
      const tick = (at, text, anchor) => {
        parts.push(isUp
          ? draw('text', { x: -7, y: floor - at + 4, 'text-anchor': 'end' }, text)
          : draw('text', { x: at, y: floor + 15, 'text-anchor': anchor || 'middle' }, text));
        last = at;
      };
      if (edges) {
        edges.forEach((edge, place) => {
          const at = (place + 1) * size;
          if (at - last >= room) tick(at, edge);
        });
        if (labels.length > valueBins) tick((valueBins + 0.5) * size, 'none');
        return 18;
      }
      if (order) return 8;
      if (isUp) {
        labels.forEach((label, place) => {
          const at = (place + 0.5) * size;
          if (at - last >= room) tick(at, shortened(label, 16));
        });
        return 18;
      }
      const short = (label) => shortened(label, 18);
      const longest = labels.reduce((most, label) => Math.max(most, short(label).length), 0);
      if (longest * 5.6 + 6 <= size) {
        labels.forEach((label, place) => tick((place + 0.5) * size, label));
        return 18;
      }
      labels.forEach((label, place) => {
        const at = (place + 0.5) * size;
        if (at - last < 14) return;
        last = at;
        parts.push(draw('text', {
          'text-anchor': 'end', transform: `translate(${at + 4} ${floor + 12}) rotate(-40)`,
        }, short(label)));
      });
      return 14 + longest * 4.2;
    }

    function drawMap(styleOf) {
      const { polygons, points } = axes[state.x];
      const total = roomOfFigure();
      const scale = (Math.min(total, 580) - 40) / 1000;
      const parts = [draw('rect', { class: 'well', width: 1000, height: 1000 })];
      for (const field of fields.values()) {
        if (polygons[field.x] === undefined) continue;
        parts.push(draw('polygon', { class: `${styleOf(field)} edge`, points: polygons[field.x] }));
      }
      const side = 1000 * scale;
      const left = 30;
      svg.append(
        draw('g', { transform: `translate(${left} 6) scale(${scale})` }, parts),
        draw('text', {
          class: 'name', 'text-anchor': 'middle', x: left + side / 2, y: side + 24,
        }, 'first component of the topics'),
        draw('text', {
          class: 'name', 'text-anchor': 'middle',
          transform: `translate(16 ${side / 2}) rotate(-90)`,
        }, 'second component'));
      layout = {
        left, top: 6, scale, points, polygons, legend: side + 44, total,
        marks: draw('g', { transform: `translate(${left} 6) scale(${scale})` }),
      };
      svg.setAttribute('viewBox', `0 0 ${layout.total} ${layout.legend + 38}`);
    }

    function drawLegend(steps, hasNone) {
      const measure = measures.find((one) => one[0] === state.value)[1];
      if (steps.isEmpty) {
        svg.append(group(layout.left, layout.legend, draw('text', { y: 10 }, `no ${measure}`)));
        return;
      }
      const first = steps.high > steps.low ? 0 : 8;
      const parts = [draw('text', {}, measure + (steps.isLogarithmic ? ', by ratio' : ''))];
      const start = hasNone ? 44 : 0;
      const swatch = (style, x) => draw('rect', { class: style, x, y: 7, width: 17, height: 10 });
      const number = (text, x, anchor) => draw('text', { x, y: 30, 'text-anchor': anchor }, text);
      if (hasNone) parts.push(swatch('none', 0), number('none', 0, 'start'));
      for (let step = first; step < 9; step += 1) {
        parts.push(swatch(`s${step}`, start + (step - first) * 18));
      }
      parts.push(number(brief(steps.low), start, 'start'));
      if (steps.high > steps.low) {
        parts.push(number(brief(steps.high), start + (9 - first) * 18, 'end'));
      }
      svg.append(group(layout.left, layout.legend, parts));
    }

    /** What the ends of the axes are about. */
    function drawEnds() {
      ends.replaceChildren();
      if (state.isMap) return;
      for (const [axis, low, high] of [[state.x, '←', '→'], [state.y, '↓', '↑']]) {
        if (axis < 0 || !(axes[axis].low.length || axes[axis].high.length)) continue;
        const words = (list) => (list.length === 0 ? ['–'] : list.slice(0, 4)
          .flatMap((word, place) => [place ? ', ' : '', make('bdi', {}, word)]));
        ends.append(make('p', { class: 'ends' }, [
          make('b', {}, axes[axis].name), ` ${low} `, ...words(axes[axis].low), ` · ${high} `,
          ...words(axes[axis].high),
        ]));
      }
    }

    // MARK: Telling a field

    /** The parts of the axes in which a field lies. */
    function partsOf(field) {
      return axes.map((axis, number) => {
        if (number === state.x) return [axis.name, axis.labels[field.x]];
        if (number === state.y) return [axis.name, axis.labels[field.y]];
        return [axis.name, state.slices[number] >= 0 ? axis.labels[state.slices[number]] : 'any'];
      });
    }

    function amountsOf(field) {
      const parts = [counted(field.count, 'sample')];
      if (data.hasChoice) parts.push(`${brief(field.chosen)} chosen`);
      if (cells.claim) parts.push(`claim ${brief(field.claim)}`);
      parts.push(`mean quality ${brief(field.quality)}`);
      return parts.join(' · ');
    }

    function tell(field) {
      readout.replaceChildren();
      if (!field) {
        readout.append('Point at a field, or move there with the arrow keys.');
        return;
      }
      partsOf(field).forEach(([name, part], place) => {
        if (place) readout.append(' · ');
        readout.append(make('b', {}, make('bdi', {}, name)), ' ', make('bdi', {}, part));
      });
      readout.append(make('br'), amountsOf(field));
    }

    /** Marks the field under the cursor and the one that is open. */
    function mark() {
      layout.marks.replaceChildren();
      const isSame = state.opened && state.cursor && state.opened.x === state.cursor.x
        && state.opened.y === state.cursor.y;
      for (const [field, style] of [
        [isSame ? null : state.opened, 'halo'], [isSame ? null : state.opened, 'opened'],
        [state.cursor, 'halo'], [state.cursor, 'cursor'],
      ]) {
        if (!field || !fields.has(keyOf(field.x, field.y))) continue;
        if (state.isMap) {
          if (layout.polygons[field.x] === undefined) continue;
          layout.marks.append(draw('polygon', { class: style, points: layout.polygons[field.x] }));
        } else {
          const [column, row] = layout.placeOf(field);
          layout.marks.append(draw('rect', {
            class: style, x: column * layout.width, y: row * layout.height, width: layout.width,
            height: layout.height,
          }));
        }
      }
    }

    function fieldAt(event) {
      const box = svg.getBoundingClientRect();
      const zoom = layout.total / box.width;
      const x = (event.clientX - box.left) * zoom - layout.left;
      const y = (event.clientY - box.top) * zoom - layout.top;
      if (state.isMap) {
        const [left, top] = [x / layout.scale, y / layout.scale];
        if (left < 0 || top < 0 || left > 1000 || top > 1000) return null;
        // A Voronoi cell is where its point is the nearest; cells of the slice alone are drawn.
        let best = null;
        let least = Infinity;
        for (let bin = 0; bin * 2 < layout.points.length; bin += 1) {
          const square = (layout.points[2 * bin] - left) ** 2 + (layout.points[2 * bin + 1] - top) ** 2;
          if (square < least) [least, best] = [square, bin];
        }
        return fields.get(keyOf(best, 0)) || null;
      }
      return layout.fieldOf(Math.floor(x / layout.width), Math.floor(y / layout.height));
    }

    /** The next field in a direction: on a map the nearest that lies there, else the next in row or column. */
    function fieldBeside(field, dx, dy) {
      const placeOf = state.isMap
        ? (one) => [layout.points[2 * one.x], -layout.points[2 * one.x + 1]]
        : (one) => {
          const [column, row] = layout.placeOf(one);
          return [column, -row];
        };
      const [x, y] = placeOf(field);
      let best = null;
      let least = Infinity;
      for (const other of fields.values()) {
        if (other === field || (state.isMap && layout.polygons[other.x] === undefined)) continue;
        const [ox, oy] = placeOf(other);
        const along = (ox - x) * dx + (oy - y) * dy;
        const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
        if (along <= 0 || (state.isMap && aside > along)) continue;
        const distance = along + aside * (state.isMap ? 1 : 4);
        if (distance < least) [least, best] = [distance, other];
      }
      return best;
    }

    function firstField() {
      let best = null;
      for (const field of fields.values()) {
        if (state.isMap && layout.polygons[field.x] === undefined) continue;
        if (!best || field.count > best.count) best = field;
      }
      return best;
    }

    svg.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') return;
      const field = fieldAt(event);
      if (field === state.cursor) return;
      state.cursor = field;
      mark();
      tell(field);
    });
    svg.addEventListener('pointerleave', () => {
      if (document.activeElement === svg) return;
      state.cursor = null;
      mark();
      tell(state.opened && fields.get(keyOf(state.opened.x, state.opened.y)));
    });
    svg.addEventListener('click', (event) => {
      const field = fieldAt(event);
      if (!field) return;
      state.cursor = field;
      open(field);
    });
    svg.addEventListener('keydown', (event) => {
      const directions = {
        ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
      };
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        const field = state.cursor || firstField();
        if (!field) return;
        state.cursor = field;
        open(field);
        panel.querySelector('h3').focus();
      } else if (directions[event.key]) {
        event.preventDefault();
        const from = state.cursor && fields.get(keyOf(state.cursor.x, state.cursor.y));
        const next = from ? fieldBeside(from, ...directions[event.key]) : firstField();
        if (!next) return;
        state.cursor = next;
        mark();
        tell(next);
        spoken.textContent = `${partsOf(next).map((part) => part.join(' ')).join(', ')}: `
          + amountsOf(next);
      }
    });
    panel.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') svg.focus();
    });

    // MARK: The samples of a field

    const places = new Intl.NumberFormat('en');

    /** What became of a sample, and why. */
    function why(sample) {
      const [, status, rank, order, quality, , , , , , because, reason] = sample;
      const name = data.statuses[status];
      const parts = [];
      const ranked = rank === null ? '' : `rank ${places.format(rank)} of its cell`;
      if (data.hasChoice) {
        const turn = order === null ? '' : `place ${places.format(order)} of ${places.format(data.candidates)}`;
        parts.push({
          selected: turn ? `${turn} in the order` : '',
          outranked: `the budget ended before ${turn || 'its turn'}`,
          capped: 'its cell had sent as many as one cell may',
          duplicate: `the same text as ${because}`,
          redundant: `too close in meaning to ${because}`,
          'below-floor': 'below the least quality',
          unscored: 'it has no quality',
        }[name] || '');
      } else if (because) {
        parts.push(`the same text as ${because}`);
      }
      if (reason) parts.push(because && name === 'excluded' ? `${reason}, as ${because}` : reason);
      parts.push(ranked, quality === null ? '' : `quality ${brief(quality)}`);
      return [
        data.hasChoice ? name : rank === null ? name : 'candidate', parts.filter(Boolean).join(' · '),
      ];
    }

    function sampleItem(sample) {
      const [status, text] = why(sample);
      const [source, line, id, prompt, answer] = sample.slice(5, 10);
      return make('li', { class: `is-${status}` }, [
        make('p', { class: 'why' }, [make('span', { class: 'status' }, status), text ? ` · ${text}` : '']),
        prompt ? make('p', { class: 'prompt', dir: 'auto' }, prompt) : [],
        answer ? make('p', { class: 'answer', dir: 'auto' }, answer) : [],
        make('p', { class: 'where' }, [
          make('bdi', {}, `${data.sources[source]}:${line}`), id ? [' · ', make('bdi', {}, id)] : [],
        ].flat()),
      ].flat());
    }

    const pageLength = 24;

    function open(field) {
      state.opened = { x: field.x, y: field.y };
      const found = field.cells.flatMap((cell) => samplesOfCell.get(cell) || []);
      // Those that were chosen first, in their order; then those that lost, best first.
      const isChosen = (place) => data.statuses[data.samples[place][1]] === 'selected';
      const rankOf = (place) => data.samples[place][3] ?? Infinity;
      const qualityOf = (place) => data.samples[place][4] ?? -Infinity;
      found.sort((one, other) => isChosen(other) - isChosen(one) || rankOf(one) - rankOf(other)
        || qualityOf(other) - qualityOf(one) || one - other);
      const list = make('ul', { class: 'samples', tabindex: 0, 'aria-label': 'samples' });
      const more = make('button', { type: 'button' }, 'Show more');
      const add = () => {
        const start = list.children.length;
        found.slice(start, start + pageLength)
          .forEach((place) => list.append(sampleItem(data.samples[place])));
        more.hidden = list.children.length >= found.length;
      };
      add();
      more.addEventListener('click', add);
      panel.replaceChildren(
        make('h3', { tabindex: -1 }, field.cells.length === 1
          ? 'One cell' : `${counted(field.cells.length, 'cell')} together`),
        make('ul', { class: 'place' }, [
          ...partsOf(field).map(([name, part]) => make('li', {}, [
            make('b', {}, make('bdi', {}, name)), ' ', make('bdi', {}, part),
          ])),
          make('li', {}, amountsOf(field)),
        ]),
        found.length < field.count
          ? make('p', { class: 'hint' }, found.length === 0
            ? 'None of its samples fits on the page; gamut explain tells of any.'
            : `${brief(found.length)} of its ${brief(field.count)} samples are on the page.`)
          : '',
        list, more);
      mark();
      tell(field);
    }

    panel.append(make('p', { class: 'hint' },
      'Choose a field to read its samples, and what became of each.'));

    // MARK: The fields as a table

    listing.append(make('summary', {}, 'The fields as a table'));
    listing.addEventListener('toggle', list);

    function list() {
      listing.replaceChildren(listing.firstChild);
      if (!listing.open) return;
      const most = 500;
      const all = [...fields.values()].sort((one, other) => other.count - one.count);
      const head = [state.x, state.y].filter((axis) => axis >= 0);
      const columns = ['count', 'chosen', 'claim', 'quality']
        .filter((name) => measures.some((one) => one[0] === name));
      const names = { count: 'samples', chosen: 'chosen', claim: 'claim', quality: 'quality' };
      const rows = all.slice(0, most).map((field) => {
        const button = make('button', { type: 'button' }, 'read');
        button.addEventListener('click', () => {
          state.cursor = field;
          open(field);
          panel.querySelector('h3').focus();
        });
        return make('tr', {}, [
          ...head.map((axis) => make('td', { dir: 'auto' },
            axes[axis].labels[axis === state.x ? field.x : field.y])),
          ...columns.map((name) => make('td', { class: 'number' }, brief(field[name]))),
          make('td', {}, button),
        ]);
      });
      listing.append(make('div', { class: 'cells' }, make('table', {}, [
        make('thead', {}, make('tr', {}, [
          ...head.map((axis) => make('th', { scope: 'col' }, axes[axis].name)),
          ...columns.map((name) => make('th', { scope: 'col', class: 'number' }, names[name])),
          make('th', { scope: 'col' }, make('span', { class: 'hidden' }, 'samples')),
        ])),
        make('tbody', {}, rows),
      ])));
      if (all.length > most) {
        listing.append(make('p', { class: 'aside' }, `The ${brief(most)} largest of ${brief(all.length)}.`));
      }
    }

    // MARK: Controls

    function layControls() {
      const choices = axes.map((axis, number) => [String(number), axis.name]);
      const parts = [
        selector('Colour', measures.map(([key, text]) => [key, text]), state.value, (value) => {
          state.value = value;
          drawView();
        }),
        selector('Across', choices, String(state.x), (value) => {
          const before = state.x;
          state.x = Number(value);
          if (state.y === state.x) state.y = before;
          state.isMap = state.isMap && isMapAxis(state.x);
          if (!state.isMap && state.y < 0 && axes.length > 1) state.y = state.x === 0 ? 1 : 0;
          change();
        }),
      ];
      const upwards = choices.filter((choice) => Number(choice[0]) !== state.x);
      if (isMapAxis(state.x)) upwards.unshift(['map', 'nothing: a map']);
      if (upwards.length > 0) {
        parts.push(selector('Up', upwards, state.isMap ? 'map' : String(state.y), (value) => {
          state.isMap = value === 'map';
          state.y = state.isMap ? -1 : Number(value);
          change();
        }));
      }
      axes.forEach((axis, number) => {
        if (isShown(number) || axis.labels.length < 2) return;
        const id = `slice-${number}`;
        const { order, places: placeOfBin } = placesOf(number);
        const output = make('output', { for: id, dir: 'auto' });
        const range = make('input', {
          type: 'range', id, min: 0, max: order.length, step: 1,
        });
        const show = () => {
          const text = state.slices[number] < 0 ? 'any' : axis.labels[state.slices[number]];
          output.textContent = text;
          range.setAttribute('aria-valuetext', text);
        };
        range.value = state.slices[number] < 0 ? 0 : placeOfBin[state.slices[number]] + 1;
        range.addEventListener('input', () => {
          state.slices[number] = Number(range.value) === 0 ? -1 : order[Number(range.value) - 1];
          show();
          drawView();
        });
        show();
        parts.push(make('div', { class: 'slice' }, [
          make('label', { for: id }, `Where ${axis.name} is`), range, output,
        ]));
      });
      controls.replaceChildren(...parts);
    }

    function change() {
      state.cursor = null;
      state.opened = null;
      layControls();
      drawView();
    }

    layControls();
    drawView();
    new ResizeObserver(() => {
      if (Math.abs(roomOfFigure() - layout.total) > 4) drawView();
    }).observe(figure);

    for (const place of document.querySelectorAll('[data-cell]')) {
      const own = samplesOfCell.get(Number(place.dataset.cell)) || [];
      const text = own.length > 0 ? data.samples[own[0]][8] : '';
      place.setAttribute('dir', 'auto');
      place.textContent = shortened(text, 120);
    }
  }

  // MARK: A tuning run

  function showFront() {
    const { objectives, configurations, recommended, standard, view } = data.tuning;
    const figure = document.getElementById('scatter');
    const table = document.getElementById('configurations');
    const rows = [...table.tBodies[0].rows];
    const state = { x: view[0], y: view[1], shown: recommended ?? null };
    const svg = draw('svg', {
      class: 'figure plot', tabindex: 0, role: 'application', 'aria-roledescription': 'scatter plot',
      viewBox: '0 0 640 400', 'aria-describedby': 'keys',
    });
    const spoken = make('p', { class: 'hidden', 'aria-live': 'polite', id: 'spoken' });
    const keys = make('p', { class: 'hidden', id: 'keys' },
      'Left and right arrow keys move from recipe to recipe.');
    figure.replaceChildren(svg, spoken, keys);
    let points = [];

    const nameOf = (objective) => `${objective.name} (${objective.higher ? 'higher' : 'lower'} is better)`;

    function range(values) {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const gap = high > low ? (high - low) * 0.06 : Math.max(Math.abs(high) * 0.05, 0.5);
      return [low - gap, high + gap];
    }

    function drawView() {
      points = configurations.map((configuration, place) => ({
        place, configuration, x: configuration.values[state.x], y: configuration.values[state.y],
      })).filter((point) => point.x && point.y);
      svg.replaceChildren();
      if (points.length === 0) return;
      const across = range(points.map((point) => point.x[0]));
      const up = range(points.map((point) => point.y[0]));
      const within = (part) => Math.min(Math.max(part, 0), 1);
      const x = (value) => 64 + within((value - across[0]) / (across[1] - across[0])) * 556;
      const y = (value) => 14 + (1 - within((value - up[0]) / (up[1] - up[0]))) * 332;
      svg.append(draw('path', { class: 'axis', d: 'M64 14V346H620' }));
      for (const tick of ticks(...across, 6)) {
        svg.append(draw('text', { x: x(tick), y: 362, 'text-anchor': 'middle' }, ticked(tick)));
      }
      for (const tick of ticks(...up, 6)) {
        svg.append(draw('text', { x: 57, y: y(tick) + 4, 'text-anchor': 'end' }, ticked(tick)));
      }
      svg.append(
        draw('text', { class: 'name', x: 342, y: 388, 'text-anchor': 'middle' },
          nameOf(objectives[state.x])),
        draw('text', {
          class: 'name', 'text-anchor': 'middle', transform: 'translate(14 180) rotate(-90)',
        }, nameOf(objectives[state.y])));
      for (const point of points) {
        point.left = x(point.x[0]);
        point.top = y(point.y[0]);
        const ends = [point.x[1] ?? point.x[0], point.x[2] ?? point.x[0]];
        const sides = [point.y[1] ?? point.y[0], point.y[2] ?? point.y[0]];
        point.whisker = `M${x(ends[0])} ${point.top}H${x(ends[1])}`
          + `M${point.left} ${y(sides[0])}V${y(sides[1])}`;
        if (point.configuration.front) svg.append(draw('path', { class: 'whisker', d: point.whisker }));
      }
      const order = [...points].sort((one, other) => one.configuration.front - other.configuration.front);
      for (const point of order) {
        svg.append(draw('circle', {
          class: point.configuration.front ? 'front' : 'other', cx: point.left, cy: point.top,
          r: point.configuration.front ? 4.5 : 3.5,
        }));
      }
      for (const [place, text] of [[recommended, 'recommended'], [standard, 'default']]) {
        const point = points.find((one) => one.place === place);
        if (!point || (text === 'default' && place === recommended)) continue;
        const isRight = point.left > 520;
        svg.append(
          draw('circle', { class: 'ring', cx: point.left, cy: point.top, r: 8 }),
          draw('text', {
            x: point.left + (isRight ? -12 : 12), y: point.top + 4,
            'text-anchor': isRight ? 'end' : 'start', class: 'beside',
          }, text));
      }
      svg.append(draw('g', { id: 'mark' }));
      svg.setAttribute('aria-label', `${points.length} recipes by ${objectives[state.x].name} and `
        + `${objectives[state.y].name}, ${points.filter((one) => one.configuration.front).length} on the front`);
      show(state.shown);
    }

    function show(place) {
      state.shown = place;
      rows.forEach((row) => row.classList.toggle('is-shown', Number(row.dataset.place) === place));
      const mark = svg.querySelector('#mark');
      if (mark) mark.replaceChildren();
      const configuration = configurations[place];
      if (!configuration) {
        panel.replaceChildren(make('p', { class: 'hint' }, 'Point at a recipe.'));
        return;
      }
      const point = points.find((one) => one.place === place);
      if (point && mark) {
        mark.append(
          draw('path', { class: 'whisker shown', d: point.whisker }),
          draw('circle', { class: 'cursor', cx: point.left, cy: point.top, r: 10 }));
      }
      panel.replaceChildren(
        make('h3', { tabindex: -1, dir: 'auto' }, configuration.label),
        make('ul', { class: 'place' }, [
          make('li', {}, [
            place === recommended ? 'recommended · ' : '', place === standard ? 'the default · ' : '',
            configuration.front ? 'on the front' : 'another recipe is at least as good in everything',
          ].join('')),
          configuration.cells === null ? [] : make('li', {}, `a grid of ${counted(configuration.cells, 'cell')}`
            + (configuration.reachable === null ? ''
              : `, ${brief(configuration.reachable)} of which the pool reaches`)),
          ...objectives.map((objective, number) => {
            const value = configuration.values[number];
            return make('li', {}, [
              make('b', {}, make('bdi', {}, objective.name)), ' ', value ? brief(value[0]) : 'not tried',
              value && value[1] !== null && value[2] !== null
                ? ` (${brief(value[1])} to ${brief(value[2])})` : '',
            ]);
          }),
        ].flat()));
      spoken.textContent = panel.innerText;
    }

    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect();
      const zoom = 640 / box.width;
      const [x, y] = [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
      let best = null;
      let least = 24 ** 2;
      for (const point of points) {
        const square = (point.left - x) ** 2 + (point.top - y) ** 2;
        if (square < least) [least, best] = [square, point];
      }
      if (best && best.place !== state.shown) show(best.place);
    });
    svg.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step || points.length === 0) return;
      event.preventDefault();
      const order = [...points].sort((one, other) => one.left - other.left || one.place - other.place);
      const at = order.findIndex((point) => point.place === state.shown);
      const next = order[Math.min(Math.max(at + step, 0), order.length - 1)];
      show(next.place);
    });
    rows.forEach((row) => row.addEventListener('pointerenter', () => show(Number(row.dataset.place))));

    // Columns sort at a click, numbers as numbers; without a value last.
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make('button', { type: 'button' }, head.textContent);
      if (head.title) button.title = head.title;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const isUp = head.getAttribute('aria-sort') === 'descending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
        const keyOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const isNumber = rows.some((row) => row.cells[column].dataset.value !== undefined);
        rows.sort((one, other) => {
          const [first, second] = [keyOf(one), keyOf(other)];
          if (isNumber && (first === '' || second === '')) return (first === '') - (second === '');
          const order = isNumber ? Number(first) - Number(second)
            : first < second ? -1 : first > second ? 1 : 0;
          return (isUp ? order : -order) || Number(one.dataset.place) - Number(other.dataset.place);
        });
        table.tBodies[0].append(...rows);
      });
    });

    if (objectives.length > 2) {
      const choices = objectives.map((objective, place) => [String(place), objective.name]);
      controls.replaceChildren(
        selector('Across', choices, String(state.x), (value) => { state.x = Number(value); drawView(); }),
        selector('Up', choices, String(state.y), (value) => { state.y = Number(value); drawView(); }));
    }
    drawView();
  }

  if (data.cells) showCells();
  if (data.tuning) showFront();
})();
