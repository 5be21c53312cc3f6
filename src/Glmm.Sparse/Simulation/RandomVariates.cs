namespace Glmm.Sparse.Simulation;

/// <summary>Draws from the distributions that the families of the simulator need.</summary>
internal static class RandomVariates
{
    /// <summary>Standard exponential, by inversion.</summary>
    public static double Exponential(RandomSource random) => -PortableMath.Log(random.NextUniform());

    /// <summary>Gamma with a shape and scale 1 (Marsaglia &amp; Tsang 2000).</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="shape">Above 0.</param>
    public static double Gamma(RandomSource random, double shape)
    {
        if (shape < 1)
        {
            // G(a) = G(a + 1) U^(1/a)
            double power = PortableMath.Exp(-Exponential(random) / shape);
            return Gamma(random, shape + 1) * power;
        }

        double d = shape - 1.0 / 3;
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextNormal();
            double root = 1 + c * x;
            if (root <= 0) continue;
            double v = root * root * root;
            double u = random.NextUniform();
            if (u < 1 - 0.0331 * (x * x) * (x * x)) return d * v;
            if (PortableMath.Log(u) < 0.5 * x * x + d * (1 - v + PortableMath.Log(v))) return d * v;
        }
    }

    /// <summary>Inverse Gaussian (Michael, Schucany &amp; Haas 1976), variance mean³/shape.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="mean">Above 0.</param>
    /// <param name="shape">λ, above 0.</param>
    public static double InverseGaussian(RandomSource random, double mean, double shape)
    {
        double normal = random.NextNormal();
        double t = mean * normal * normal / (2 * shape);

        // The smaller root of the quadratic, in the form that does not cancel.
        double x = mean / (1 + t + Math.Sqrt(t * (2 + t)));
        return random.NextUniform() * (mean + x) <= mean ? x : mean * (mean / x);
    }

    /// <summary>Poisson: inversion for small means, transformed rejection (Hörmann 1993) for large ones.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="mean">0 or more, below 2⁵³.</param>
    public static double Poisson(RandomSource random, double mean) =>
        mean < 10 ? PoissonByInversion(random, mean) : PoissonByRejection(random, mean);

    private static double PoissonByInversion(RandomSource random, double mean)
    {
        double u = random.NextUniform();
        double probability = PortableMath.Exp(-mean);
        double k = 0;
        while (u > probability)
        {
            u -= probability;
            k++;
            probability *= mean / k;

            // Rounding can leave a last crumb of u that no probability covers.
            if (probability == 0) break;
        }

        return k;
    }

    private static double PoissonByRejection(RandomSource random, double mean)
    {
        double b = 0.931 + 2.53 * Math.Sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
        double squeeze = 0.9277 - 3.6224 / (b - 2);
        double logMean = PortableMath.Log(mean);
        while (true)
        {
            double u = random.NextUniform() - 0.5;
            double v = random.NextUniform();
            double us = 0.5 - Math.Abs(u);
            double k = Math.Floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) return k;
            if (k < 0 || (us < 0.013 && v > us)) continue;
            double logAccept = PortableMath.Log(v * inverseAlpha / (a / (us * us) + b));
            if (logAccept <= k * logMean - mean - PortableMath.LogFactorial(k)) return k;
        }
    }
}
