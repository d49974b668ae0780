"""Figures as the terminal, docs/performance.md and other programs want them: one dictionary with everything, a table made of
it, and a Markdown section made of it.
"""

import pathlib
import statistics

import tools

BUSY_CLIENT = 0.9  # of a core: smtp-source has one thread
BUSY_OTHERS = 0.1  # of a core
BEGIN, END = "<!-- speed: begin, written by ./dev bench speed --write-docs -->", "<!-- speed: end -->"
PAGE, DATA = tools.ROOT / "docs" / "performance.md", tools.ROOT / "docs" / "performance" / "speed.json"


def spread(values, digits=0):
    """Median and extremes."""
    figures = [statistics.median(values), min(values), max(values)]
    return dict(zip(("median", "min", "max"), (round(value, digits) if digits else round(value) for value in figures)))


def summary(rounds):
    """What the rounds of one server in one workload say together."""
    phases = rounds[0].phases_us
    return {"per_second": spread([one.finished for one in rounds]),
            "answered_per_second": spread([one.answered for one in rounds]),
            "server_cpu_us_each": round(statistics.median(one.server_us for one in rounds), 1),
            "server_cpu_us_by_phase": {name: round(statistics.median(one.phases_us[name] for one in rounds), 1)
                                       for name in phases},
            "client_cpu_share": round(statistics.median(one.client_share for one in rounds), 2),
            "others_cpu_share": round(max(one.others_share for one in rounds), 2)}


def judged(workload, servers):
    """edgesim's ratios to its peers, beside what is wanted."""
    ratios = {}
    ours = servers.get("edgesim")
    for key, peer in servers.items():
        if key == "edgesim" or not ours:
            continue
        ratio = ours["per_second"]["median"] / peer["per_second"]["median"]
        ratios[key] = {"ratio": round(ratio, 2), **{name: dict(wanted)[key] for name, wanted in
                       (("floor", workload.floor), ("aim", workload.aim)) if key in dict(wanted)}}
    return ratios


def verdict(ratio):
    """One word on a ratio."""
    if "aim" in ratio and ratio["ratio"] >= ratio["aim"]:
        return "aim reached"
    if "floor" in ratio:
        return "floor reached" if ratio["ratio"] >= ratio["floor"] else "BELOW THE FLOOR"
    return "aim not reached" if "aim" in ratio else ""


def wanted_text(ratio):
    """The ratio with floor and aim."""
    goals = ", ".join(f"{name} {ratio[name]:g}" for name in ("floor", "aim") if name in ratio)
    return f"{ratio['ratio']:.2f}" + (f" ({goals}: {verdict(ratio)})" if goals else "")


def rate_text(server):
    """Median and extremes of a rate."""
    rate = server["per_second"]
    return f"{rate['median']:,} ({rate['min']:,}–{rate['max']:,})"


def workload_lines(one):
    """One workload on the terminal."""
    lines = [f"{one['title']}; {one['sessions']} sessions, {one['messages']:,} a round"]
    for key, server in one["servers"].items():
        ratio = one["ratios"].get(key)
        text = f"  {key:10} {rate_text(server):26} /s  answered {server['answered_per_second']['median']:>7,} /s"
        text += f"  CPU {server['server_cpu_us_each']:7,.1f} us  client {server['client_cpu_share']:4.0%}"
        lines.append(text + (f"  edgesim is {wanted_text(ratio)} times as fast" if ratio else ""))
        if server["server_cpu_us_by_phase"]:
            lines.append("             " + ", ".join(
                f"{name} {us:.1f} us" for name, us in server["server_cpu_us_by_phase"].items()))
    return lines + [f"  left out: {key}: {why}" for key, why in one["left_out"].items()]


def notes(result):
    """What a reader of the figures must know."""
    found, others = [], 0.0
    for one in result["workloads"]:
        for key, server in one["servers"].items():
            others = max(others, server["others_cpu_share"])
            if server["client_cpu_share"] >= BUSY_CLIENT:
                found.append(f"{one['name']}, {key}: smtp-source used {server['client_cpu_share']:.0%} of a core and is the "
                             "bottleneck; the server could do more")
    if others > BUSY_OTHERS:
        found.append(f"other programs used up to {others:.0%} of a core meanwhile; measure again on an idle machine")
    return found


def terminal(result):
    """The whole report as text."""
    machine = result["machine"]
    lines = ["", f"{machine['processor']}, {machine['cores']} cores, {machine['file_system']}, load {machine['load_average']}; "
                 f"{result['rounds']} rounds in turn, median (least–most)", ""]
    for one in result["workloads"]:
        lines += workload_lines(one) + [""]
    idle = result.get("idle")
    if idle:
        lines += [f"idle: {idle['sessions']:,} sessions, {idle['kib_per_session']} KiB each, "
                  f"{idle['processor_percent']} % of a core", ""]
    if result.get("start_ms"):
        lines += ["start to first 220: " + ", ".join(f"{key} {ms['median']} ms ({ms['min']}–{ms['max']})"
                                                     for key, ms in result["start_ms"].items()), ""]
    lines += [f"note: {note}" for note in notes(result)]
    return "\n".join(lines)


def markdown(result):
    """The section of docs/performance.md."""
    machine = result["machine"]
    lines = [BEGIN, "",
             f"{result['date']}, revision {result['revision']}: {machine['processor']}, {machine['cores']} cores, "
             f"{machine['file_system']}, Linux {machine['kernel']}, load {machine['load_average']} at the start. "
             f"{result['rounds']} rounds in turn, median (least–most), a second. Everything measured: "
             "[performance/speed.json](performance/speed.json).", "",
             "| workload | in parallel | edgesim | smtp-sink | Postfix | times smtp-sink | times Postfix |",
             "| --- | --- | --- | --- | --- | --- | --- |"]
    for one in result["workloads"]:
        cells = [one["title"], str(one["sessions"])]
        for key in ("edgesim", "smtp-sink", "postfix"):
            cells.append(rate_text(one["servers"][key]) if key in one["servers"] else "–")
        for key in ("smtp-sink", "postfix"):
            cells.append(wanted_text(one["ratios"][key]) if key in one["ratios"] else "–")
        lines.append("| " + " | ".join(cells) + " |")
    lines += [""] + phase_table(result) + other_lines(result)
    lines += [f"- {note}." for note in notes(result)] + ["", END]
    return "\n".join(lines)


def phase_table(result):
    """Where the processor time goes."""
    rows = [one for one in result["workloads"] if one["servers"].get("edgesim", {}).get("server_cpu_us_by_phase")]
    if not rows:
        return []
    names = list(rows[0]["servers"]["edgesim"]["server_cpu_us_by_phase"])
    lines = ["Processor time for each, in microseconds (the client's is what smtp-source used of one core):", "",
             "| workload | in parallel | " + " | ".join(names) + " | edgesim | smtp-sink | Postfix | client |",
             "| --- " * (len(names) + 6) + "|"]
    for one in rows:
        server = one["servers"]["edgesim"]
        cells = [one["title"], str(one["sessions"]), *(f"{us:.1f}" for us in server["server_cpu_us_by_phase"].values())]
        cells += [f"{one['servers'][key]['server_cpu_us_each']:.1f}" if key in one["servers"] else "–"
                  for key in ("edgesim", "smtp-sink", "postfix")]
        lines.append("| " + " | ".join([*cells, f"{server['client_cpu_share']:.0%}"]) + " |")
    return [*lines, ""]


def other_lines(result):
    """Memory and start."""
    lines = []
    idle = result.get("idle")
    if idle:
        lines.append(f"- {idle['sessions']:,} idle sessions: {idle['kib_per_session']} KiB resident each, "
                     f"{idle['processor_percent']} % of one core.")
    if result.get("start_ms"):
        lines.append("- From starting the program to the first 220: " + ", ".join(
            f"{key} {ms['median']} ms ({ms['min']}–{ms['max']})" for key, ms in result["start_ms"].items()) + ".")
    for one in result["workloads"]:
        lines += [f"- Left out of \"{one['title']}\": {key}: {why}." for key, why in one["left_out"].items()]
    return lines


def write_section(page, text):
    """Replaces the section between the marks."""
    page = pathlib.Path(page)
    old = page.read_text(encoding="utf-8")
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise RuntimeError(f"{page} has no section \"{BEGIN}\" … \"{END}\"")
    page.write_text(head + text + tail, encoding="utf-8")
