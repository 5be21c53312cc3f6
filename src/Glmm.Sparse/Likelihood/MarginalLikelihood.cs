using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The marginal log-likelihood by the Laplace approximation or by adaptive Gauss–Hermite quadrature, with its gradient,
/// at parameters (α, θ[, log φ][, log ξ]): fixed effects, the coordinates of D̃ = D/φ, dispersion, shape.
/// </summary>
/// <remarks>
/// An evaluation moves the clusters' modes to where they belong, by Newton's method on the core's statistics; a
/// differentiation adds what the modes' moving contributes, by implicit differentiation. Memory is allocated once. Not
/// thread-safe.
/// </remarks>
internal sealed class MarginalLikelihood : IDisposable
{
    private readonly FitWorkspace _work;
    private readonly CovarianceStructure _structure;
    private readonly ClusterBlocks? _separate;
    private readonly ModeSearch _modes;
    private readonly ClusterCurvature _curvature;
    private readonly CurvaturePass _slopes;
    private readonly LaplaceAdjoint _laplace;
    private readonly Quadrature? _quadrature;
    private readonly CovarianceJacobian _jacobian;
    private readonly AlignedBuffer _sensitivity;
    private readonly ResponseConstant _constant;
    private readonly PassStatistics _informationStatistics;
    private readonly double[] _parameters;
    private readonly double[] _covariance;
    private readonly double[] _lambda;
    private readonly double[] _nextCovariance;
    private readonly double[] _nextLambda;
    private readonly double[] _alphaStep;

    // The derivative in D̃, q²: exact for the Laplace approximation; of a quadrature it holds for directions that keep
    // the rank of D̃.
    private readonly double[] _covarianceSlope;
    private readonly double _held;
    private readonly int _p;
    private readonly int _q;
    private readonly int _m;

    /// <param name="work">The workspace, whose statistics and blocks it uses.</param>
    /// <param name="observed">Whether M has the observed information rather than the expected.</param>
    /// <param name="nodes">Quadrature nodes a dimension; 1 for the Laplace approximation.</param>
    /// <param name="heldDispersion">φ where it is held, NaN where it is estimated.</param>
    internal MarginalLikelihood(FitWorkspace work, bool observed, int nodes, double heldDispersion)
    {
        _work = work;
        _structure = work.Packed.Source.Covariance;
        IsObserved = observed || work.Pass.Kernel.IsCanonical;
        _held = heldDispersion;
        Family = work.Family;
        ClusterBlocks blocks = work.Blocks;
        (_p, _q, _m) = (blocks.FixedCount, blocks.RandomCount, _structure.ComponentCount);
        bool shape = work.Family.Shape is { IsEstimated: true };
        Count = _p + _m;
        DispersionAt = double.IsNaN(heldDispersion) ? Count++ : -1;
        ShapeAt = shape ? Count++ : -1;
        if (!IsObserved) _separate = new ClusterBlocks(blocks.Clusters, _p, _q);
        ClusterBlocks information = _separate ?? blocks;
        _modes = new ModeSearch(work);
        _curvature = new ClusterCurvature(information, work.Team);
        _slopes = new CurvaturePass(work.Packed, work.Team, shape, blocks.BatchCount);
        _laplace = new LaplaceAdjoint(blocks, information, work.Team, shape);
        if (nodes > 1) _quadrature = new Quadrature(work, information, nodes, shape);
        _jacobian = new CovarianceJacobian(_structure);
        _sensitivity = new AlignedBuffer((long)blocks.BatchCount * blocks.PackedLength * LaneCholesky.Lanes);
        _constant = new ResponseConstant(work.Packed.Source);
        _informationStatistics = new PassStatistics(_p);
        _parameters = new double[Count];
        _covariance = new double[_q * _q];
        _lambda = new double[_q * _q];
        _nextCovariance = new double[_q * _q];
        _nextLambda = new double[_q * _q];
        _alphaStep = new double[_p];
        _covarianceSlope = new double[_q * _q];
        Gradient = new double[Count];
    }

    /// <summary>Number of parameters.</summary>
    internal int Count { get; }

    /// <summary>Where log φ is among them, or −1.</summary>
    internal int DispersionAt { get; }

    /// <summary>Where log ξ is among them, or −1.</summary>
    internal int ShapeAt { get; }

    /// <summary>Whether M has the observed information; for a canonical link the two are one.</summary>
    internal bool IsObserved { get; }

    /// <summary>The log-likelihood at the last evaluation, all constants in; −∞ where it has no value.</summary>
    internal double Value { get; private set; }

    /// <summary>Its gradient, once differentiated.</summary>
    internal double[] Gradient { get; }

    /// <summary>α.</summary>
    internal ReadOnlySpan<double> Alpha => _parameters.AsSpan(0, _p);

    /// <summary>θ.</summary>
    internal ReadOnlySpan<double> Theta => _parameters.AsSpan(_p, _m);

    /// <summary>D̃.</summary>
    internal ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>Λ.</summary>
    internal ReadOnlySpan<double> Factor => _lambda;

    /// <summary>φ.</summary>
    internal double Dispersion => DispersionAt < 0 ? _held : Math.Exp(_parameters[DispersionAt]);

    /// <summary>The family, with the shape of the last evaluation.</summary>
    internal Family Family { get; private set; }

    /// <summary>β̂, [batch][q][lane].</summary>
    internal AlignedBuffer Modes => _modes.Beta;

    /// <inheritdoc/>
    public void Dispose()
    {
        _separate?.Dispose();
        _modes.Dispose();
        _curvature.Dispose();
        _slopes.Dispose();
        _laplace.Dispose();
        _quadrature?.Dispose();
        _sensitivity.Dispose();
    }

    /// <summary>Starts the modes from random effects known from elsewhere.</summary>
    /// <param name="beta">β, [batch][q][lane].</param>
    /// <param name="covariance">D̃ of which they are, q².</param>
    internal void StartModes(AlignedBuffer beta, ReadOnlySpan<double> covariance)
    {
        CovarianceFactor.Compute(covariance, _q, _lambda);
        ModeBuffer.ToSpherical(beta, _lambda, _q, _modes.Spherical);
    }

    /// <summary>D̃ at parameters.</summary>
    internal double[] CovarianceAt(ReadOnlySpan<double> parameters)
    {
        var covariance = new double[_q * _q];
        _structure.CovarianceInto(parameters.Slice(_p, _m), covariance);
        return covariance;
    }

    /// <summary>Evaluates the log-likelihood.</summary>
    /// <param name="parameters">(α, θ[, log φ][, log ξ]).</param>
    /// <param name="tolerance">Bound on the root mean square of the modes' next step, in standard errors.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>Whether it has a value there.</returns>
    internal bool TryEvaluate(ReadOnlySpan<double> parameters, double tolerance, CancellationToken token)
    {
        Value = double.NegativeInfinity;
        return TryTake(parameters) && _modes.Find(Alpha, _lambda, Dispersion, tolerance, token) && TrySum();
    }

    /// <summary>Evaluates with modes known to first order from an anchor: their error is even in the distance, so that
    /// central differences of gradients do not see it.</summary>
    /// <param name="parameters">(α, θ[, log φ][, log ξ]).</param>
    /// <param name="anchor">The anchor.</param>
    /// <returns>Whether it has a value there.</returns>
    internal bool TryEvaluateNear(ReadOnlySpan<double> parameters, MarginalAnchor anchor)
    {
        Value = double.NegativeInfinity;
        if (!TryTake(parameters)) return false;
        anchor.ModesAt(Alpha, _lambda, LogShape, _modes.Spherical);
        return _modes.Accept(Alpha, _lambda) && TrySum();
    }

    /// <summary>Makes an anchor of the last evaluation, which must have been differentiated.</summary>
    /// <param name="anchor">Overwritten.</param>
    internal void AnchorInto(MarginalAnchor anchor) =>
        anchor.Take(_work.Blocks, Alpha, _lambda, _modes.Spherical, LogShape, _slopes.ClusterSlopes);

    /// <summary>Prepares a step in the parameters from the last evaluation, along which the modes will
    /// follow.</summary>
    /// <param name="end">Where the whole step would end.</param>
    internal void LookAhead(ReadOnlySpan<double> end)
    {
        for (int j = 0; j < _p; j++) _alphaStep[j] = end[j] - _parameters[j];
        _structure.CovarianceInto(end.Slice(_p, _m), _nextCovariance);
        CovarianceFactor.Compute(_nextCovariance, _q, _nextLambda);
        for (int e = 0; e < _nextLambda.Length; e++) _nextLambda[e] -= _lambda[e];
        _modes.LookAhead(
            _alphaStep, _nextLambda, ShapeAt < 0 ? 0 : end[ShapeAt] - LogShape,
            ShapeAt < 0 ? null : _slopes.ClusterSlopes);
    }

    /// <summary>Moves the modes along the step prepared.</summary>
    /// <param name="length">Share of the whole step.</param>
    internal void GoAhead(double length) => _modes.GoAhead(length);

    /// <summary>Differentiates at the last evaluation.</summary>
    internal void Differentiate()
    {
        double phi = Dispersion;
        WorkingKernel kernel = _work.Pass.Kernel;
        _quadrature?.Differentiate(Alpha, _lambda, _sensitivity);
        _slopes.Run(kernel, Alpha, _modes.Beta, _sensitivity, IsObserved);
        AdjointSweep adjoint;
        double[] scores;
        if (_quadrature is null)
        {
            _laplace.Run(_lambda, phi, _slopes.ClusterSlopes);
            (adjoint, scores) = (_laplace, _work.Statistics.Gradient);
            _laplace.Matrix.CopyTo(_covarianceSlope, 0);
        }
        else
        {
            _quadrature.Finish(_lambda, phi, _modes.Spherical, _slopes.ClusterSlopes);
            (adjoint, scores) = (_quadrature.Adjoint, _quadrature.FixedScores);
            CovarianceFactor.PullBack(_lambda, adjoint.Matrix, _q, _covarianceSlope);
        }

        for (int j = 0; j < _p; j++)
            Gradient[j] = (scores[j] / phi) - (0.5 * _slopes.FixedSlopes[j]) + adjoint.Fixed[j];
        _jacobian.Refresh(Theta);
        for (int l = 0; l < _m; l++) Gradient[_p + l] = _jacobian.Slope(l, _covarianceSlope);
        if (DispersionAt >= 0)
        {
            Gradient[DispersionAt] = _constant.DispersionSlope +
                                     (_quadrature?.DispersionSlope ?? (_modes.Penalised / phi));
        }

        if (ShapeAt >= 0)
        {
            double objective = _quadrature?.ShapeObjective ?? _slopes.ShapeObjective;
            Gradient[ShapeAt] = _constant.ShapeSlope - (objective / phi) - (0.5 * _slopes.ShapeCurvature) +
                                adjoint.Shape;
        }
    }

    /// <summary>The derivative in D̃ off the boundary at the last evaluation, by the Laplace approximation: into a
    /// direction in which D̃ is 0, where the quadrature has no spread either.</summary>
    /// <remarks>Overwrites the clusters' slopes that the last <see cref="Differentiate"/> left; <see cref="Gradient"/>
    /// stays. Before <see cref="AnchorInto"/> or <see cref="LookAhead"/> it has to be differentiated again.</remarks>
    /// <param name="slope">Overwritten, q².</param>
    internal void ReleaseSlopeInto(Span<double> slope)
    {
        if (_quadrature is not null) _curvature.Covariance(_lambda, _sensitivity);
        _slopes.Run(_work.Pass.Kernel, Alpha, _modes.Beta, _sensitivity, IsObserved);
        _laplace.Run(_lambda, Dispersion, _slopes.ClusterSlopes);
        _laplace.Matrix.CopyTo(slope);
    }

    private double LogShape => ShapeAt < 0 ? 0 : _parameters[ShapeAt];

    private bool TryTake(ReadOnlySpan<double> parameters)
    {
        foreach (double value in parameters)
        {
            if (!double.IsFinite(value)) return false;
        }

        bool moved = ShapeAt >= 0 && parameters[ShapeAt] != _parameters[ShapeAt];
        parameters.CopyTo(_parameters);
        if (moved)
        {
            double shape = Math.Exp(_parameters[ShapeAt]);
            if (!(shape > 0) || !double.IsFinite(shape)) return false;
            Family = Family.WithShape(shape);
            _work.Pass.Kernel = WorkingKernel.Create(Family, _work.Link);
        }

        _structure.CovarianceInto(Theta, _covariance);
        CovarianceFactor.Compute(_covariance, _q, _lambda);
        return Dispersion > 0 && double.IsFinite(Dispersion);
    }

    // The log-likelihood from what is known at the modes.
    private bool TrySum()
    {
        double phi = Dispersion;
        WorkingKernel kernel = _work.Pass.Kernel;
        if (_separate is not null)
        {
            _work.Pass.RunForLikelihood(Alpha, _modes.Beta, _informationStatistics, _separate, observed: false);
            if (!_informationStatistics.IsUsableForLikelihood) return false;
        }

        _constant.Evaluate(Family, phi);
        double sum;
        if (_quadrature is null)
        {
            _curvature.Covariance(_lambda, _sensitivity);
            sum = -_modes.Penalised / phi;
        }
        else
        {
            _quadrature.Evaluate(kernel, _curvature, Alpha, _lambda, phi, _modes);
            sum = _quadrature.LogSum;
        }

        double value = sum - (0.5 * _curvature.LogDeterminant) + _constant.Value;
        if (!double.IsFinite(value)) return false;
        Value = value;
        return true;
    }
}
