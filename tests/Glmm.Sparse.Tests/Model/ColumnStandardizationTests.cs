using Glmm.Sparse.Model;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>Against the definition: the internal columns times c are the user's columns times u.</summary>
[TestFixture]
internal sealed class ColumnStandardizationTests
{
    private const int Columns = 5;

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(3)]
    public void BothScalesGiveTheSamePredictor(int constant)
    {
        Setting setting = new(constant);
        double[] c = [0.3, -1.2, 0.7, 2.5, -0.4], u = [.. c];
        setting.Scale.ToUser(u);
        Vector<double> difference =
            (setting.Inner * Vector<double>.Build.Dense(c)) - (setting.User * Vector<double>.Build.Dense(u));
        Assert.That(difference.InfinityNorm(), Is.LessThan(1e-11));
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(3)]
    public void ToInternalUndoesToUser(int constant)
    {
        Setting setting = new(constant);
        double[] c = [0.3, -1.2, 0.7, 2.5, -0.4], back = [.. c];
        setting.Scale.ToUser(back);
        setting.Scale.ToInternal(back);
        Assert.That(back, Is.EqualTo(c).Within(1e-13));
    }

    [TestCase(-1)]
    [TestCase(2)]
    public void CovarianceIsTheDenseSandwich(int constant)
    {
        Setting setting = new(constant);
        Matrix<double> half = Matrix<double>.Build.Random(Columns, Columns, 4), covariance = half * half.Transpose();
        Matrix<double> t = setting.User.Svd().Solve(setting.Inner), expected = t * covariance * t.Transpose();
        double[,] mine = setting.Scale.CovarianceToUser(covariance.ToRowMajorArray());
        Assert.That(mine, Is.EqualTo(expected.ToArray()).Within(1e-10 * expected.FrobeniusNorm()));
    }

    [TestCase(-1)]
    [TestCase(2)]
    public void CovarianceToInternalUndoesToUser(int constant)
    {
        Setting setting = new(constant);
        Matrix<double> half = Matrix<double>.Build.Random(Columns, Columns, 4), covariance = half * half.Transpose();
        double[,] user = setting.Scale.CovarianceToUser(covariance.ToRowMajorArray());
        double[,] back = setting.Scale.CovarianceToInternal([.. user.Cast<double>()]);
        Assert.That(back, Is.EqualTo(covariance.ToArray()).Within(1e-11 * covariance.FrobeniusNorm()));
    }

    [Test]
    public void CovarianceIsExactlySymmetric()
    {
        Setting setting = new(1);
        Matrix<double> half = Matrix<double>.Build.Random(Columns, Columns, 9), covariance = half * half.Transpose();
        double[,] user = setting.Scale.CovarianceToUser(covariance.ToRowMajorArray());
        for (int a = 0; a < Columns; a++)
        {
            for (int b = 0; b < a; b++) Assert.That(user[a, b], Is.EqualTo(user[b, a]));
        }
    }

    [Test]
    public void LogScaleIsTheChangeOfTheLogDeterminant()
    {
        Setting setting = new(0);
        double Log(Matrix<double> x) => x.TransposeThisAndMultiply(x).Cholesky().DeterminantLn;
        Assert.That(Log(setting.User) - Log(setting.Inner), Is.EqualTo(2 * setting.Scale.LogScale).Within(1e-9));
    }

    [Test]
    public void SelectedColumnsKeepShiftAndScale()
    {
        Setting setting = new(1);
        ColumnStandardization some = setting.Scale.Select([1, 4]);
        double[] c = [0.5, -2], u = [.. c];
        some.ToUser(u);
        Matrix<double> inner =
            Matrix<double>.Build.DenseOfColumnVectors(setting.Inner.Column(1), setting.Inner.Column(4));
        Matrix<double> user = Matrix<double>.Build.DenseOfColumnVectors(setting.User.Column(1), setting.User.Column(4));
        Vector<double> difference = (inner * Vector<double>.Build.Dense(c)) - (user * Vector<double>.Build.Dense(u));
        Assert.That(difference.InfinityNorm(), Is.LessThan(1e-12));
    }

    private sealed class Setting
    {
        internal Setting(int constant)
        {
            const int Rows = 12;
            double[] shift = [0.5, -3, 20, 1.25, 7], scale = [2, 0.5, 8, 1, 0.25];
            if (constant < 0) Array.Clear(shift);
            else shift[constant] = 0;
            User = Matrix<double>.Build.Random(Rows, Columns, 17);
            if (constant >= 0) User.SetColumn(constant, Vector<double>.Build.Dense(Rows, 1));
            Inner = Matrix<double>.Build.Dense(
                Rows, Columns, (r, j) => (User[r, j] - (constant < 0 ? 0 : shift[j] * User[r, constant])) / scale[j]);
            Scale = new ColumnStandardization(constant, shift, scale);
        }

        internal Matrix<double> User { get; }

        internal Matrix<double> Inner { get; }

        internal ColumnStandardization Scale { get; }
    }
}
