using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The deviance of a user's variance function, by adaptive Gauss–Kronrod quadrature.</summary>
/// <remarks>Nodes and weights: Piessens et al. (1983), QUADPACK, rule QK15.</remarks>
internal static class DevianceIntegral
{
    private const int MaximumPanels = 2000;
    private const double Tolerance = 1e-11;

    /// <summary>Positive nodes in descending order; those of odd index are Gauss's.</summary>
    private static ReadOnlySpan<double> Nodes =>
    [
        0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
        0.741531185599394439863864773280788, 0.586087235467691130294144991693832, 0.405845151377397166906606412076961,
        0.207784955007898467600689403773245,
    ];

    private static ReadOnlySpan<double> KronrodWeights =>
    [
        0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
        0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
        0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
    ];

    private static ReadOnlySpan<double> GaussWeights =>
    [
        0.129484966168869693270611432679082, 0.279705391489276667901467771423780, 0.381830050505118944950369775488975,
        0.417959183673469387755102040816327,
    ];

    /// <summary>∫_y^μ (u − y)/V(u) du.</summary>
    /// <remarks>
    /// With u = y + (μ − y)t² this is 2(μ − y)² ∫₀¹ t³/V(u) dt: the integrand is positive, and the power of t takes
    /// away the singularity of 1/V when y lies on the edge of the domain. The two halves are written as distances from
    /// their own end, t from y and 1 − t from μ, because V may change fast at either.
    /// </remarks>
    public static double HalfDeviance(Family family, double response, double mean)
    {
        if (response == mean)
            return 0;

        var bounds = MeanBounds.Of(family.Domain);
        double span = mean - response;
        double fromResponse = Integrate(t => t * t * t / family.Variance(bounds.Clamp(response + (span * t * t))));
        double fromMean = Integrate(s =>
            (1 - s) * (1 - s) * (1 - s) / family.Variance(bounds.Clamp(mean - (span * s * (2 - s)))));
        return 2 * span * span * (fromResponse + fromMean);
    }

    /// <summary>∫ of a positive function over [0, ½], halving panels until each has converged.</summary>
    private static double Integrate(Func<double, double> integrand)
    {
        // The right half of a panel goes first: what is steep is steep near 0, and by then the sum tells how little of
        // it still matters. One panel waits per level, so the stack stays as deep as a double can be halved.
        var pending = new Stack<(double Left, double Right)>();
        pending.Push((0, 0.5));
        double sum = 0;
        for (int panels = 0; pending.TryPop(out var panel); panels++)
        {
            double value = Rule(integrand, panel.Left, panel.Right, out double error);
            double middle = 0.5 * (panel.Left + panel.Right);
            bool canHalve = panels < MaximumPanels && middle > panel.Left && middle < panel.Right;
            if (error > Tolerance * Math.Max(value, sum) && canHalve)
            {
                pending.Push((panel.Left, middle));
                pending.Push((middle, panel.Right));
            }
            else
            {
                sum += value;
            }
        }

        return sum;
    }

    /// <summary>Kronrod's 15 points, and their distance from Gauss's 7 among them.</summary>
    private static double Rule(Func<double, double> integrand, double left, double right, out double error)
    {
        double centre = 0.5 * (left + right);
        double half = 0.5 * (right - left);
        double middle = integrand(centre);
        double kronrod = KronrodWeights[7] * middle;
        double gauss = GaussWeights[3] * middle;
        for (int i = 0; i < Nodes.Length; i++)
        {
            double pair = integrand(centre - (half * Nodes[i])) + integrand(centre + (half * Nodes[i]));
            kronrod += KronrodWeights[i] * pair;
            if (i % 2 == 1)
                gauss += GaussWeights[i / 2] * pair;
        }

        error = half * Math.Abs(kronrod - gauss);
        return half * kronrod;
    }
}
