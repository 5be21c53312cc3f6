using System.CommandLine;

namespace Glmm.Sparse.Cli;

/// <summary><c>glmm describe</c>: the options and how they become a request.</summary>
internal sealed class DescribeCommand : Command
{
    private readonly DataOptions _data = new();
    private readonly Option<string> _group = OptionKinds.Text(
        "--group", "COLUMN", "Describe the clusters of this column; when left out those of the likeliest columns");
    private readonly Option<string> _response = OptionKinds.Text(
        "--response", "COLUMN", "Suggest a family for this column; when left out for one named y, response or outcome");
    private readonly Option<string> _formula = OptionKinds.Text(
        "--formula", "FORMULA", "Take response and group from a formula");
    private readonly OutputOptions _output = new("the description", "tables");

    public DescribeCommand(CommandConsole console)
        : base("describe", "Tells what the data look like: columns, clusters, and a model to begin with.")
    {
        Option[] options = [.. _data.All, _group, _response, _formula, _output.Json, _output.Quiet];
        foreach (Option option in options) Options.Add(option);
        SetAction(parsed => DescribeRun.Execute(Bind(parsed), console));
    }

    private DescribeRequest Bind(ParseResult parsed)
    {
        var request = new DescribeRequest
        {
            Data = _data.Bind(parsed),
            Group = parsed.GetValue(_group),
            Response = parsed.GetValue(_response),
            Formula = parsed.GetValue(_formula),
            Output = _output.Bind(parsed),
        };
        if (request.Formula is not null && (request.Group is not null || request.Response is not null))
        {
            throw new InvalidModelOptionException(
                "--formula says what response and group are; leave --group and --response out, or --formula.");
        }

        return request;
    }
}
