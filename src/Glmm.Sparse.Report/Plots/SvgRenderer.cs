using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Glmm.Sparse.Report.Plots;

/// <summary>
/// Figures as SVG. The library writes a document with fixed colours; here it becomes small (short numbers, no empty
/// clips) and, for a page, one whose colours and font are the page's.
/// </summary>
internal static partial class SvgRenderer
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private static readonly Dictionary<string, string> s_properties = Palette.Properties.ToDictionary(
        static pair => string.Create(
            CultureInfo.InvariantCulture, $"rgb({pair.Key.R},{pair.Key.G},{pair.Key.B})"),
        static pair => $"var({pair.Value})");

    /// <summary>A panel for a page: scales with its place, colours by the page's properties, hidden from readers of
    /// the screen, to whom the figure speaks.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="id">Unique in the page.</param>
    public static string ForPage(Panel panel, string id)
    {
        XElement root = Draw(panel.Width, panel.Height, rc => Render(rc, panel, new OxyRect(
            0, 0, panel.Width, panel.Height)));
        Tidy(root, id, isThemed: true);
        root.SetAttributeValue("width", null);
        root.SetAttributeValue("height", null);
        root.SetAttributeValue("aria-hidden", "true");
        root.SetAttributeValue("focusable", "false");

        // In HTML the namespace goes without saying.
        foreach (XElement element in root.DescendantsAndSelf()) element.Name = element.Name.LocalName;
        root.Attributes().Where(static a => a.IsNamespaceDeclaration).Remove();
        return root.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>A whole figure as a file of its own.</summary>
    public static string ForFile(Figure figure)
    {
        XElement root = Draw(figure.SheetWidth, figure.SheetHeight, rc =>
        {
            for (int i = 0; i < figure.Panels.Count; i++) Render(rc, figure.Panels[i], figure.PlaceOf(i));
        });
        Tidy(root, ReportPlots.NameOf(figure.Plot), isThemed: false);
        root.AddFirst(
            new XElement(s_svg + "title", new XAttribute("id", "title"), PlainText.Of(figure.Title)),
            new XElement(
                s_svg + "desc", new XAttribute("id", "desc"),
                PlainText.Of($"{figure.Description} {figure.Caption}")),
            new XElement(
                s_svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"),
                new XAttribute("fill", "#fff")));
        root.SetAttributeValue("role", "img");
        root.SetAttributeValue("aria-labelledby", "title desc");
        root.SetAttributeValue("font-family", "Arial, Helvetica, sans-serif");
        return root.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static void Render(IRenderContext rc, Panel panel, OxyRect place)
    {
        var model = (IPlotModel)panel.Model;
        model.Update(true);
        model.Render(rc, place);
    }

    private static XElement Draw(double width, double height, Action<IRenderContext> render)
    {
        using var stream = new MemoryStream();
        using (var rc = new SvgContext(stream, width, height))
        {
            render(rc);
            rc.Complete();
            rc.Flush();
            stream.Position = 0;
            return XElement.Load(stream);
        }
    }

    private static void Tidy(XElement root, string id, bool isThemed)
    {
        root.SetAttributeValue("viewBox", $"0 0 {Short((string)root.Attribute("width")!)} "
            + Short((string)root.Attribute("height")!));
        foreach (XElement element in root.Descendants().ToList())
        {
            element.SetAttributeValue("font-family", null);
            element.SetAttributeValue("shape-rendering", null);
            if ((string?)element.Attribute("font-weight") == "400") element.SetAttributeValue("font-weight", null);
            foreach (XAttribute attribute in element.Attributes().ToList())
            {
                if (attribute.Name == "id") attribute.Value = $"{id}-{attribute.Value}";
                else if (attribute.Name == "clip-path")
                    attribute.Value = attribute.Value.Replace("#", $"#{id}-", StringComparison.Ordinal);
                else attribute.Value = Value(attribute, isThemed);
            }

            MoveFill(element);
            ShiftBaseline(element);
        }

        root.Attributes().Where(static a => a.IsNamespaceDeclaration && a.Name.LocalName == "xlink").Remove();
    }

    private static string Value(XAttribute attribute, bool isThemed)
    {
        string value = LongNumber().Replace(attribute.Value, static match => Short(match.Value));
        if (isThemed && attribute.Name.LocalName is "style" or "fill" or "stroke")
            value = Colour().Replace(value, static match => s_properties.GetValueOrDefault(match.Value, match.Value));
        return value;
    }

    // A property of a style sheet is taken in a style, not in every browser in an attribute.
    private static void MoveFill(XElement element)
    {
        if (element.Attribute("fill") is not { } fill || !fill.Value.StartsWith("var(", StringComparison.Ordinal))
            return;
        element.SetAttributeValue("style", $"fill:{fill.Value}");
        fill.Remove();
    }

    // Every reader of SVG knows a shift of text, few a baseline in its middle.
    private static void ShiftBaseline(XElement element)
    {
        if (element.Attribute("dominant-baseline") is not { } baseline) return;
        string? shift = baseline.Value switch
        {
            "middle" => "0.35em",
            "hanging" => "0.78em",
            _ => null,
        };
        baseline.Remove();
        element.SetAttributeValue("dy", shift);
    }

    private static string Short(string number) =>
        double.Parse(number, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+\.\d{3,}")]
    private static partial Regex LongNumber();

    [GeneratedRegex(@"rgb\(\d+,\d+,\d+\)")]
    private static partial Regex Colour();
}
