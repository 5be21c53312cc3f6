using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>New rows that lack something, or hold what the model never met.</summary>
[TestFixture]
internal sealed class NewRowsTests
{
    private static readonly double Na = TableColumn.MissingValue;

    private static ColumnTable Training { get; } = ColumnTable.FromColumns(
        TableColumn.Numeric("y", 1, 0, 1, 2, 0, 3, 1, 4),
        TableColumn.Numeric("x", 1, 2, 3, 4, 5, 6, 7, 8),
        TableColumn.Text("f", "a", "b", "c", "a", "b", "c", "a", "b"),
        TableColumn.Boolean("s", true, false, true, false, false, true, false, true),
        TableColumn.Numeric("w", 1, 2, 1, 2, 1, 2, 1, 2),
        TableColumn.Numeric("o", 0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5),
        TableColumn.Text("id", "007", "007", "8", "8", "x", "x", "z", "z"));

    private static ModelSchema Schema(
        string formula = "y ~ scale(x) * f + s + (1 + x | id)", ModelFrameOptions? options = null,
        Family? family = null) =>
        ModelFrame.Create(Training, formula, family ?? Family.Poisson, options).Schema;

    private static double[] Row(PredictionFrame frame, int row)
    {
        int p = frame.FixedEffectCount;
        return frame.FixedEffects.Slice(row * p, p).ToArray();
    }

    [Test]
    public void ARowThatMissesAPredictorIsNaNInItsPlaceAndCounted()
    {
        ColumnTable rows = ColumnTable.FromColumns(
            TableColumn.Numeric("x", 1, Na, 3, 4, 5),
            TableColumn.Text("f", "b", "b", null, "b", "b"),
            TableColumn.Boolean("s", true, true, true, null, true),
            TableColumn.Text("id", "007", "8", "x", "z", null));
        PredictionFrame made = Schema().Apply(rows);
        PredictionFrame complete = Schema().Apply(Training.Rows(0));
        Assert.That(made.RowsMissing, Is.EqualTo(3));
        for (int row = 0; row < 5; row++)
        {
            bool missing = row is 1 or 2 or 3;
            Assert.That(Row(made, row).All(double.IsNaN), Is.EqualTo(missing), $"row {row}");
            Assert.That(double.IsNaN(made.RandomEffects.Span[2 * row]), Is.EqualTo(missing));
        }

        Assert.That(Row(made, 0)[1], Is.EqualTo(Row(complete, 0)[1]), "scaled by the mean and sd of the fit");
        Assert.That(made.Clusters.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, -1 }));
    }

    [Test]
    public void AnUnknownLevelNamesColumnRowLevelAndOption()
    {
        ColumnTable rows = Training.Rows(0, 1, 2).With(TableColumn.Text("f", "a", "B", "zz"));
        Assert.That(
            () => Schema().Apply(rows),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "Column 'f' holds 'B' in row 2, a level that the model does not know (did you mean 'b'?); it knows "
                + "a, b, c.").And.Message.Contains("--unseen-levels population"));
    }

    [Test]
    public void AnUnknownLevelOfAMissingRowDoesNoHarm()
    {
        ColumnTable rows = Training.Rows(0, 1).With(TableColumn.Text("f", "new", "b"))
            .With(TableColumn.Numeric("x", Na, 2));
        Assert.That(Schema().Apply(rows).RowsMissing, Is.EqualTo(1));
    }

    [Test]
    public void OnRequestAnUnknownLevelIsTheAverageOverTheKnownOnes()
    {
        ModelSchema schema = Schema("y ~ 0 + x * f + s:f + (0 + f | id)");
        var population = new PredictionFrameOptions { UnseenLevels = UnseenLevels.Population };
        PredictionFrame unknown = schema.Apply(
            Training.Rows(3, 5).With(TableColumn.Text("f", "new", "b")), population);
        PredictionFrame[] known =
        [
            .. new[] { "a", "b", "c" }.Select(level => schema.Apply(
                Training.Rows(3).With(TableColumn.Text("f", level)))),
        ];
        for (int j = 0; j < unknown.FixedEffectCount; j++)
            Assert.That(Row(unknown, 0)[j], Is.EqualTo(known.Average(frame => Row(frame, 0)[j])).Within(1e-15));
        Assert.That(unknown.RandomEffects.Span[..3].ToArray(), Is.All.EqualTo(1.0 / 3));
        Assert.That(
            unknown.Warnings.Single(),
            Does.Contain("'f' holds levels that the model does not know in 1 row, the first 'new' in row 1"));
        Assert.That(Row(unknown, 1), Is.EqualTo(Row(schema.Apply(Training.Rows(5).With(TableColumn.Text("f", "b"))), 0)));
    }

    [Test]
    public void AnOffsetColumnOfTheModelMustBeThere()
    {
        ModelSchema schema = Schema("y ~ x + (1 | id)", new ModelFrameOptions { Offset = "o", Weights = "w" });
        Assert.That(
            () => schema.Apply(Training.Without("o")),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "There is no column 'o', which the model's offset names"));
        Assert.That(schema.Apply(Training.Without("w").Without("y")).Offset.ToArray(), Is.EqualTo(
            new[] { 0, 0.5, 0, 0.5, 0, 0.5, 0, 0.5 }), "neither response nor weights are needed");
    }

    [Test]
    public void WhatIsNotMadeNeedNoColumns()
    {
        ModelSchema schema = Schema("y ~ f + (1 + x | id)");
        var fixedOnly = new PredictionFrameOptions { RandomEffects = false, Clusters = false };
        PredictionFrame made = schema.Apply(ColumnTable.FromColumns(TableColumn.Text("f", "c")), fixedOnly);
        Assert.That(made.FixedEffects.ToArray(), Is.EqualTo(new double[] { 1, 0, 1 }));
        Assert.That(made.RandomEffects.IsEmpty && made.Clusters.IsEmpty, Is.True);
        Assert.That(schema.ColumnsNeeded(fixedOnly), Is.EquivalentTo(new[] { "f" }));
        Assert.That(schema.ColumnsNeeded(), Is.EquivalentTo(new[] { "f", "x", "id" }));
    }

    [TestCase("x")]
    [TestCase("id")]
    public void AMissingColumnIsNamed(string name) => Assert.That(
        () => Schema().Apply(Training.Without(name)),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains($"There is no column '{name}'"));

    [Test]
    public void AnotherKindOfColumnIsRefusedWhereItsValuesDoNotFit()
    {
        Assert.That(
            () => Schema().Apply(Training.Rows(0, 1).With(TableColumn.Text("x", "1.5", "many"))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "Column 'x' holds 'many' in row 2, and was numeric when the model was fitted"));
        Assert.That(
            () => Schema().Apply(Training.Rows(0).With(TableColumn.Boolean("x", true))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Column 'x' holds 'TRUE' in row 1"));
        Assert.That(
            () => Schema().Apply(Training.Rows(0).With(TableColumn.Numeric("s", 1))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("was boolean when"));
    }

    [Test]
    public void AnotherKindOfColumnIsTakenWhereItsValuesFit()
    {
        ColumnTable rows = ColumnTable.FromColumns(
            TableColumn.Text("x", "3", null), TableColumn.Numeric("f", Na, Na), TableColumn.Text("s", "T", "F"),
            TableColumn.Numeric("id", 8, 12));
        ModelSchema schema = Schema("y ~ x + s + f + (1 | id)");
        PredictionFrame made = schema.Apply(rows);
        Assert.That(made.RowsMissing, Is.EqualTo(2), "no text at all is a column of missing texts");
        Assert.That(made.ClusterLabels, Is.EqualTo(new[] { "8", "12" }));
        made = schema.Apply(rows.With(TableColumn.Text("f", "b", "b")));
        Assert.That(Row(made, 0), Is.EqualTo(new double[] { 1, 3, 1, 1, 0 }));
    }

    [Test]
    public void AValueThatIsNotFiniteIsRefused()
    {
        Assert.That(
            () => Schema().Apply(Training.Rows(0, 1).With(TableColumn.Numeric("x", 1, double.PositiveInfinity))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'x' is Infinity in row 2"));
        Assert.That(
            () => Schema("y ~ log(x) + (1 | id)").Apply(Training.Rows(0, 1).With(TableColumn.Numeric("x", 1, 0))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("log(x) is -Inf in row 2"));
    }

    [Test]
    public void ATextThatNewRowsLackMayBeComparedWith()
    {
        ModelSchema schema = Schema("y ~ I(f == 'c') + (1 | id)");
        PredictionFrame made = schema.Apply(Training.Rows(0, 1));
        Assert.That(made.FixedEffects.ToArray(), Is.EqualTo(new double[] { 1, 0, 1, 0 }));
    }

    [Test]
    public void ResponsesBecomeNumbersByTheLevelsOfTheFit()
    {
        ColumnTable training = Training.With(
            TableColumn.Text("y", "no", "yes", "maybe", "no", "yes", "no", "no", "yes"));
        ModelSchema schema = ModelFrame.Create(
            training, "y ~ x + (1 | id)", Family.Binomial,
            new ModelFrameOptions { References = new Dictionary<string, string> { ["y"] = "no" } }).Schema;
        var withResponse = new PredictionFrameOptions { Response = true };
        PredictionFrame made = schema.Apply(
            training.Rows(0, 1, 2).With(TableColumn.Text("y", "yes", null, "no")), withResponse);
        Assert.That(made.Response.ToArray(), Is.EqualTo(new[] { 1, double.NaN, 0 }));
        Assert.That(
            () => schema.Apply(training.Rows(0).With(TableColumn.Text("y", "perhaps")), withResponse with
            {
                UnseenLevels = UnseenLevels.Population,
            }),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("Column 'y' holds 'perhaps' in row 1"));
    }

    [Test]
    public void CountsComeWithTheirTrialsTimesTheWeights()
    {
        ColumnTable training = Training.With(TableColumn.Numeric("n", 4, 4, 4, 4, 4, 4, 4, 4));
        ModelSchema schema = ModelFrame.Create(
            training, "cbind(y, n - y) ~ x + (1 | id)", Family.Binomial, new ModelFrameOptions { Weights = "w" }).Schema;
        PredictionFrame made = schema.Apply(training, new PredictionFrameOptions { Response = true });
        Assert.That(made.Weights.ToArray(), Is.EqualTo(new double[] { 4, 8, 4, 8, 4, 8, 4, 8 }));
        Assert.That(made.Response.Span[3], Is.EqualTo(0.5));
        Assert.That(
            schema.Apply(training, new PredictionFrameOptions { Weights = true }).Weights.ToArray(),
            Is.EqualTo(made.Weights.ToArray()));
        Assert.That(
            () => schema.Apply(training.Without("y"), new PredictionFrameOptions { Weights = true }),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("which the model's response names"));
    }

    [Test]
    public void AResponseOutsideTheFamilysDomainIsRefused() => Assert.That(
        () => Schema().Apply(
            Training.Rows(0, 1).With(TableColumn.Numeric("y", 1, -2)), new PredictionFrameOptions { Response = true }),
        Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("The response y is -2 in row 2"));

    [Test]
    public void ColumnsThatTheFitDroppedAreLeftOut()
    {
        ColumnTable training = Training.With(TableColumn.Numeric("twice", 2, 4, 6, 8, 10, 12, 14, 16));
        ModelFrame frame = ModelFrame.Create(training, "y ~ x + twice + f + (1 | id)", Family.Poisson);
        ModelSchema schema = frame.Schema.For(Pql.Fit(frame.Design, Family.Poisson));
        Assert.That(schema.FixedNames, Is.EqualTo(new[] { "(Intercept)", "x", "fb", "fc" }));
        Assert.That(schema.FixedColumns, Is.EqualTo(new[] { 0, 1, 3, 4 }));
        Assert.That(
            schema.Terms.Select(term => string.Join(",", term.Columns.Select(column => column.Index))),
            Is.EqualTo(new[] { "0", "1", "", "2,3" }));
        Assert.That(Row(schema.Apply(training.Rows(5)), 0), Is.EqualTo(new double[] { 1, 6, 0, 1 }));
        ModelFrame other = ModelFrame.Create(training, "y ~ x + s + (1 | id)", Family.Poisson);
        Assert.That(
            () => other.Schema.For(Pql.Fit(frame.Design, Family.Poisson)),
            Throws.TypeOf<InvalidModelDataException>());
    }
}
