using System.Buffers;
using System.CommandLine;
using Glmm.Sparse.Report;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm report</c>: the options and how they become a request.</summary>
internal sealed class ReportCommand : Command
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(" \t\"'\\$&|;<>()*?`!#~[]{}");

    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "Model file that glmm fit --save wrote",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly DataOptions _data = new(", the data that the model was fitted to, which it does not hold");
    private readonly Option<string> _out = OptionKinds.Text(
        "--out", "FILE", "Write the report, one HTML file that needs nothing else");
    private readonly Option<string[]> _plot = OptionKinds.Repeated(
        "--plot", "NAME.svg|NAME.png",
        $"Write one plot: {string.Join(", ", ReportPlots.Names)}; a folder may stand before the name; may be repeated");
    private readonly Option<string> _title = OptionKinds.Text(
        "--title", "TEXT", "Title of the report; the formula when left out");
    private readonly Option<string> _clusters = OptionKinds.Text(
        "--clusters", "N", $"How many clusters' trajectories are drawn; {ReportOptions.Default.Clusters} when left out");
    private readonly Option<string> _level = OptionKinds.Text(
        "--level", "P", "Probability that an interval covers, 0.95 when left out");
    private readonly Option<string> _threads = OptionKinds.Text(
        "--threads", "N", "Threads to use, all processors when left out; the report is the same for any number");
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Show no progress" };

    public ReportCommand(CommandConsole console)
        : base("report", "Writes a report to look at, of a model that was saved and its data: an HTML page, or plots.")
    {
        Arguments.Add(_model);
        Option[] options = [.. _data.All, _out, _plot, _title, _clusters, _level, _threads, _quiet];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => ReportRun.Execute(Bind(parsed), console));
    }

    private ReportRequest Bind(ParseResult parsed)
    {
        string model = parsed.GetValue(_model) switch
        {
            null => throw new InvalidModelOptionException(
                "glmm report needs a model, a file that glmm fit --save wrote: glmm report MODEL --data FILE --out "
                + "report.html."),
            // The parser takes an option that it does not know for the model.
            var text when text.StartsWith("--", StringComparison.Ordinal) => throw new InvalidModelOptionException(
                $"There is no option '{text}'; see 'glmm report --help'."),
            var text => text,
        };
        string? page = parsed.GetValue(_out);
        string[] plots = parsed.GetValue(_plot) ?? [];
        if (page is null && plots.Length == 0)
        {
            throw new InvalidModelOptionException(
                "There is nothing to write; name a report (--out report.html) or a plot (--plot caterpillar.svg).");
        }

        DataSource data = _data.Bind(parsed);
        return new ReportRequest
        {
            ModelPath = model,
            Data = data,
            OutPath = page,
            Plots = [.. plots.Select(ReportPlotFile.Parse)],
            Quiet = parsed.GetValue(_quiet),
            Options = BindOptions(parsed) with
            {
                DataName = Path.GetFileName(data.Path),
                Command = $"glmm report {Quoted(model)} --data {Quoted(data.Path)}" + Echo(parsed),
            },
        };
    }

    private ReportOptions BindOptions(ParseResult parsed)
    {
        ReportOptions options = ReportOptions.Default with { Title = parsed.GetValue(_title) };
        if (parsed.GetValue(_clusters) is { } clusters)
            options = options with { Clusters = OptionText.WholeNumber("--clusters", clusters, 1, 48) };
        if (parsed.GetValue(_threads) is { } threads)
            options = options with { Threads = OptionText.WholeNumber("--threads", threads, 1) };
        if (parsed.GetValue(_level) is not { } level) return options;
        double value = OptionText.Number("--level", level);
        return value is > 0 and < 1
            ? options with { Level = value }
            : throw new InvalidModelOptionException(
                $"--level must lie between 0 and 1, such as 0.95, not '{level}'.");
    }

    // What else the report depends on.
    private string Echo(ParseResult parsed)
    {
        string text = parsed.GetValue(_out) is { } page ? $" --out {Quoted(page)}" : "";
        if (parsed.GetValue(_clusters) is { } clusters) text += $" --clusters {clusters}";
        if (parsed.GetValue(_level) is { } level) text += $" --level {level}";
        return text;
    }

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(s_special) ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'" : text;
}
