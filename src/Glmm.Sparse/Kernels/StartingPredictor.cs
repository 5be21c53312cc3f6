using System.Numerics.Tensors;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>Linear predictors to start from.</summary>
internal static class StartingPredictor
{
    /// <summary>Overwrites η with g(starting mean), moved inside the link's range.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Fill(
        Family family,
        Link link,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> linearPredictor)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.CheckOptional(linearPredictor.Length, priorWeights.Length, nameof(priorWeights));
        double typical = response.IsEmpty ? 0 : TensorPrimitives.SumOfMagnitudes(response) / response.Length;
        double floor = typical > 0 && double.IsFinite(typical) ? 0.1 * typical : 0.1;
        var domain = PredictorDomain.Of(link, family.Domain);
        for (int i = 0; i < response.Length; i++)
        {
            double mean = family.StartingMean(response[i], priorWeights.IsEmpty ? 1 : priorWeights[i]);
            linearPredictor[i] = Reachable(link.Kind, mean, floor);
        }

        Apply(link, linearPredictor);
        foreach (ref double eta in linearPredictor) eta = Inside(domain, double.IsFinite(eta) ? eta : 0);
    }

    // The logarithm, the one link that counts and most positive responses start with, by vectors.
    private static void Apply(Link link, Span<double> means)
    {
        if (link.Kind == LinkKind.Log)
        {
            TensorPrimitives.Log(means, means);
            return;
        }

        foreach (ref double mean in means) mean = link.Apply(mean);
    }

    /// <summary>The nearest mean that the link reaches with room to spare.</summary>
    private static double Reachable(LinkKind link, double mean, double floor) => link switch
    {
        LinkKind.Logit or LinkKind.Probit or LinkKind.CLogLog or LinkKind.Cauchit =>
            mean is > 0 and < 1 ? mean : Math.Clamp(mean, 0.01, 0.99),
        LinkKind.Log or LinkKind.Sqrt or LinkKind.InverseSquare => mean > 0 ? mean : floor,
        LinkKind.Inverse => mean == 0 ? floor : mean,
        _ => mean,
    };

    private static double Inside(PredictorDomain domain, double eta)
    {
        if (eta <= domain.Lower)
            return domain.LowerStandIn;
        return eta >= domain.Upper ? domain.UpperStandIn : eta;
    }
}
