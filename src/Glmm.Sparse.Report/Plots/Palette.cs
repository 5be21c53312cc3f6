using OxyPlot;

namespace Glmm.Sparse.Report.Plots;

/// <summary>
/// The colours of figures, by what they are for. In a page each becomes a property of its style sheet, which gives it
/// another value on a dark ground; the hues are those of Okabe &amp; Ito (2008), told apart by colour-blind readers.
/// </summary>
internal static class Palette
{
    /// <summary>Titles.</summary>
    public static readonly OxyColor Ink = OxyColor.FromRgb(0x1f, 0x23, 0x28);

    /// <summary>Numbers at axes, reference lines.</summary>
    public static readonly OxyColor Muted = OxyColor.FromRgb(0x57, 0x60, 0x6a);

    /// <summary>Grid lines.</summary>
    public static readonly OxyColor Grid = OxyColor.FromRgb(0xde, 0xe3, 0xe8);

    /// <summary>The ground, for rims of markers.</summary>
    public static readonly OxyColor Ground = OxyColor.FromRgb(0xfd, 0xfd, 0xfe);

    /// <summary>Data.</summary>
    public static readonly OxyColor Data = OxyColor.FromRgb(0x00, 0x72, 0xb2);

    /// <summary>What is fitted or summarised.</summary>
    public static readonly OxyColor Fit = OxyColor.FromRgb(0xd5, 0x5e, 0x00);

    /// <summary>A third thing.</summary>
    public static readonly OxyColor Third = OxyColor.FromRgb(0x00, 0x9e, 0x73);

    /// <summary>The properties of the style sheet, by colour.</summary>
    public static IReadOnlyDictionary<OxyColor, string> Properties { get; } = new Dictionary<OxyColor, string>
    {
        [Ink] = "--ink",
        [Muted] = "--muted",
        [Grid] = "--grid",
        [Ground] = "--ground",
        [Data] = "--data",
        [Fit] = "--fit",
        [Third] = "--third",
    };

    /// <summary>A colour that lets through what is behind it.</summary>
    /// <param name="colour">The colour.</param>
    /// <param name="opacity">From 0 to 1.</param>
    public static OxyColor Faint(OxyColor colour, double opacity) =>
        OxyColor.FromAColor((byte)Math.Round(255 * opacity), colour);
}
