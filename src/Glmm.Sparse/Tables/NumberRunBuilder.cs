using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Glmm.Sparse.Tables;

/// <summary>
/// Collects a column of numbers of any type, run by run. It is numeric unless it holds a whole number that a double
/// does not hold: such a column is one of identifiers, which rounding would merge, and becomes text. Not thread-safe.
/// </summary>
/// <param name="name">The column's name.</param>
public sealed class NumberRunBuilder(string name)
{
    private const int Block = 1024;
    private const long LargestExactInteger = 1L << 53;
    private const int LargestExactPower = 22;

    // Sign and digits of the least Int128.
    private const int LongestInteger = 40;

    private static readonly double[] PowersOfTen = [.. Enumerable.Range(0, LargestExactPower + 1).Select(Power)];

    private readonly double[] _converted = new double[Block];
    private NumericColumnBuilder _numbers = new(name);
    private TextColumnBuilder? _texts;

    /// <summary>Adds rows of numbers.</summary>
    /// <typeparam name="T">Their type, integer or floating.</typeparam>
    /// <param name="run">The numbers. A NaN is no missing value but a wrong one.</param>
    public void Add<T>(ValueRun<T> run)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double) && run.IsComplete)
        {
            _numbers.AddRange(MemoryMarshal.Cast<T, double>(run.Values));
            return;
        }

        for (int start = 0; start < run.Length; start += Block)
            AddBlock(run.Slice(start, Math.Min(Block, run.Length - start)));
    }

    /// <summary>Adds rows of decimal numbers, correctly rounded.</summary>
    /// <param name="unscaled">The numbers without their point.</param>
    /// <param name="scale">Digits behind the point, at least 0.</param>
    public void AddDecimals(ValueRun<Int128> unscaled, int scale)
    {
        if (scale == 0)
        {
            Add(unscaled);
            return;
        }

        for (int row = 0; row < unscaled.Length; row++)
            _numbers.Add(unscaled.IsValid(row) ? Scaled(unscaled.Values[row], scale) : TableColumn.MissingValue);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="value">A number; <see cref="TableColumn.MissingValue"/> where it is missing.</param>
    public void Add(double value) => _numbers.Add(value);

    /// <summary>Adds a row.</summary>
    /// <param name="value">A whole number of any size.</param>
    public void AddInteger(BigInteger value)
    {
        double rounded = (double)value;
        if (_texts is null && !(double.IsFinite(rounded) && new BigInteger(rounded) == value)) TurnIntoText();
        if (_texts is null)
            _numbers.Add(rounded);
        else
            _texts.Add(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Adds rows without values.</summary>
    /// <param name="count">How many.</param>
    public void AddMissing(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (_texts is null)
                _numbers.AddMissing();
            else
                _texts.AddMissing();
        }
    }

    /// <summary>The finished column, numeric or text; the builder must not be used afterwards.</summary>
    public TableColumn Build() => _texts is null ? _numbers.Build() : _texts.BuildText();

    private static double Power(int exponent) => double.Parse($"1e{exponent}", CultureInfo.InvariantCulture);

    private static double Scaled(Int128 unscaled, int scale)
    {
        // Both exact: the quotient is rounded once.
        if (scale <= LargestExactPower && Int128.Abs(unscaled) <= LargestExactInteger)
            return (double)unscaled / PowersOfTen[scale];
        return double.Parse(
            string.Create(CultureInfo.InvariantCulture, $"{unscaled}e-{scale}"), CultureInfo.InvariantCulture);
    }

    private static bool IsAlwaysExact<T>() =>
        typeof(T) == typeof(double) || typeof(T) == typeof(float) || typeof(T) == typeof(Half)
        || typeof(T) == typeof(int) || typeof(T) == typeof(uint) || typeof(T) == typeof(short)
        || typeof(T) == typeof(ushort) || typeof(T) == typeof(sbyte) || typeof(T) == typeof(byte);

    private void AddBlock<T>(ValueRun<T> run)
        where T : unmanaged, INumber<T>
    {
        Span<double> converted = _converted.AsSpan(0, run.Length);
        TensorPrimitives.ConvertTruncating(run.Values, converted);
        if (_texts is not null || !IsExact(run, converted))
        {
            for (int row = 0; row < run.Length; row++)
            {
                if (run.IsValid(row))
                    AddOrTurn(run.Values[row], converted[row]);
                else
                    AddMissing(1);
            }

            return;
        }

        if (!run.IsComplete)
        {
            for (int row = 0; row < converted.Length; row++)
            {
                if (!run.IsValid(row)) converted[row] = TableColumn.MissingValue;
            }
        }

        _numbers.AddRange(converted);
    }

    private static bool IsExact<T>(ValueRun<T> run, ReadOnlySpan<double> converted)
        where T : unmanaged, INumber<T>
    {
        if (IsAlwaysExact<T>()) return true;
        for (int row = 0; row < converted.Length; row++)
        {
            if (Math.Abs(converted[row]) >= LargestExactInteger && run.IsValid(row)
                && !RoundTrips(run.Values[row], converted[row]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool RoundTrips<T>(T value, double rounded)
        where T : unmanaged, INumber<T> => new BigInteger(rounded) == BigInteger.CreateTruncating(value);

    private void AddOrTurn<T>(T value, double rounded)
        where T : unmanaged, INumber<T>
    {
        if (_texts is null && !RoundTrips(value, rounded)) TurnIntoText();
        if (_texts is null)
        {
            _numbers.Add(rounded);
            return;
        }

        Span<char> text = stackalloc char[LongestInteger];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        _texts.Add(text[..length]);
    }

    private void TurnIntoText()
    {
        NumericColumn numbers = _numbers.Build();
        _numbers = new NumericColumnBuilder(name);
        _texts = new TextColumnBuilder(name);
        for (int row = 0; row < numbers.Length; row++)
        {
            if (numbers.IsMissing(row))
                _texts.AddMissing();
            else
                _texts.Add(new BigInteger(numbers[row]).ToString(CultureInfo.InvariantCulture));
        }
    }
}
