using System.Text;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Report.Html;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report;

/// <summary>
/// A report of a fitted model and its data, for people: what was fitted in words and mathematics, tables, plots and
/// what the diagnostics mean. One HTML file that needs nothing else. Not thread-safe.
/// </summary>
public sealed class ModelReport
{
    private readonly ReportContent _content;

    private ModelReport(ReportContent content)
    {
        _content = content;
        Plots = new ModelPlots(content);
    }

    /// <summary>The fit that the report is of: the model, fitted again to the data.</summary>
    public GlmmFit Fit => _content.Fit;

    /// <summary>Its plots.</summary>
    public ModelPlots Plots { get; }

    /// <summary>The data gave the estimates of the model, to one part in a million.</summary>
    public bool IsOfTheModel => _content.Difference is null;

    /// <summary>What the reader should know before all else: that the data are not those of the model, or that the fit
    /// did not converge.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            var warnings = new List<string>();
            if (_content.Difference is { } difference)
                warnings.Add($"{difference}. The report is of the model fitted again to these data.");
            if (!Fit.Converged)
                warnings.Add($"The fit did not converge ({Fit.Verdict}): {Fit.Message}");
            return warnings;
        }
    }

    /// <summary>Fits the model again to the data, which it does not hold, and makes the report ready.</summary>
    /// <param name="model">The model; it has a formula.</param>
    /// <param name="data">The data that it was fitted to; with others the report is of the fit to these, and says
    /// so.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The report.</returns>
    /// <exception cref="GlmmException">The data lack what the model needs, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static ModelReport Create(GlmmModel model, ColumnTable data, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        options ??= ReportOptions.Default;
        options.Validate();
        return new ModelReport(new ReportContent(model, data, options));
    }

    /// <summary>The columns of data that a report of a model needs: all that its fit used.</summary>
    /// <param name="model">The model; it has a formula.</param>
    /// <returns>Their names; null for all.</returns>
    /// <exception cref="InvalidModelOptionException">The model has no formula.</exception>
    public static IReadOnlySet<string>? ColumnsNeeded(GlmmModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return RefittedModel.ColumnsNeeded(model);
    }

    /// <summary>Writes the report.</summary>
    /// <param name="stream">Written to, as UTF-8; left open.</param>
    public void WriteHtml(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encoding.UTF8.GetBytes(ReportPage.Write(_content, Plots)));
    }

    /// <summary>Writes the report.</summary>
    /// <param name="path">The file, replaced where there is one.</param>
    public void WriteHtml(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(ReportPage.Write(_content, Plots)));
    }
}
