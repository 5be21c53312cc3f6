namespace Glmm.Sparse.Simulation;

/// <summary>The rows of one simulated cluster. Its arrays are reused when it is drawn into again.</summary>
public sealed class SimulatedCluster
{
    private readonly double[][] _covariates;
    private double[] _response = [];
    private double[] _time = [];

    internal SimulatedCluster(int covariates, int randomEffects)
    {
        _covariates = new double[covariates][];
        Array.Fill(_covariates, []);
        Effects = new double[randomEffects];
    }

    /// <summary>Number of rows, n_i.</summary>
    public int Size { get; private set; }

    /// <summary>y, one value a row.</summary>
    public ReadOnlySpan<double> Response => _response.AsSpan(0, Size);

    /// <summary>0, 1/9, 2/9, …</summary>
    public ReadOnlySpan<double> Time => _time.AsSpan(0, Size);

    /// <summary>β_i: the cluster's true random effects, intercept first.</summary>
    public ReadOnlySpan<double> RandomEffects => Effects;

    internal double[] Effects { get; }

    internal Span<double> ResponseBuffer => _response.AsSpan(0, Size);

    /// <summary>Values of a covariate.</summary>
    /// <param name="index">Zero-based: 0 for x1.</param>
    /// <returns>One value a row.</returns>
    public ReadOnlySpan<double> Covariate(int index) => _covariates[index].AsSpan(0, Size);

    internal Span<double> CovariateBuffer(int index) => _covariates[index].AsSpan(0, Size);

    internal void Resize(int size)
    {
        Size = size;
        if (_response.Length >= size) return;
        int capacity = Math.Max(size, 2 * _response.Length);
        _response = new double[capacity];
        _time = new double[capacity];
        for (int j = 0; j < capacity; j++) _time[j] = j / 9.0;
        for (int c = 0; c < _covariates.Length; c++) _covariates[c] = new double[capacity];
    }
}
