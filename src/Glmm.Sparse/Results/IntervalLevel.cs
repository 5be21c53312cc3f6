using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>The level of an interval: the probability with which it covers.</summary>
internal static class IntervalLevel
{
    /// <summary>Refuses a level that is none.</summary>
    /// <exception cref="InvalidModelOptionException">It does not lie between 0 and 1.</exception>
    internal static void Require(double level)
    {
        if (level > 0 && level < 1) return;
        throw new InvalidModelOptionException(string.Create(
            CultureInfo.InvariantCulture, $"The level of an interval must lie between 0 and 1, not {level:R}."));
    }
}
