using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Σ log x for many positive x, lane by lane, at the price of one logarithm at the end.</summary>
/// <remarks>
/// It is the logarithm of a product whose significand is kept in [√½, √2) and whose power of two is counted apart, so
/// any number of factors neither overflows nor underflows; each costs one rounding. <c>default</c> is not a valid
/// start: use <see cref="Zero"/>.
/// </remarks>
public struct LaneLogSum
{
    private const int SignificandBits = 52;

    private Vector512<double> _significand;
    private Vector512<long> _exponent;
    private Vector512<double> _valid; // all bits set; apart from the product, so that no multiplication waits for it

    /// <summary>The empty sum.</summary>
    public static LaneLogSum Zero => new()
    {
        _significand = Vector512<double>.One,
        _valid = Vector512<double>.AllBitsSet,
    };

    /// <summary>Adds log x.</summary>
    /// <param name="x">
    /// Between 1e-300 and 1e300; the diagonal of a Cholesky factor always is, being the root of a double. A lane once
    /// NaN stays NaN.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<double> x)
    {
        // Measured from √½, the exponent field is the power that brings the product into [√½, √2).
        Vector512<long> bits = (_significand * x).AsInt64();
        Vector512<long> power = Vector512.ShiftRightArithmetic(
            bits - Vector512.Create(BitConverter.DoubleToInt64Bits(0.70710678118654752)), SignificandBits);
        _significand = (bits - Vector512.ShiftLeft(power, SignificandBits)).AsDouble();
        _exponent += power;
        _valid &= Vector512.Equals(x, x); // NaN has an exponent field too, and would pass for a number
    }

    /// <summary>The sum.</summary>
    public readonly Vector512<double> Value()
    {
        Vector512<double> log = Vector512.FusedMultiplyAdd(
            Vector512.ConvertToDouble(_exponent), Vector512.Create(0.69314718055994531), Vector512.Log(_significand));
        return Vector512.ConditionalSelect(_valid, log, Vector512.Create(double.NaN));
    }
}
