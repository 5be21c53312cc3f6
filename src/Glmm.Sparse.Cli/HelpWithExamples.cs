using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Glmm.Sparse.Cli;

/// <summary>The usual help, followed by examples and the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string FitExamples = """
          glmm fit --data epil.csv --formula "y ~ lbase*trt + lage + V4 + (1 | subject)" \
               --family poisson --levels trt=placebo,progabide
          glmm fit --data cbpp.csv --formula "cbind(incidence, size - incidence) ~ period + (1 | herd)" \
               --family binomial --levels period=1,2,3,4 --json -
          glmm fit --data sleepstudy.csv --formula "Reaction ~ Days + (1 + Days | Subject)" \
               --family gaussian --random-effects blups.csv --fitted fitted.csv
          glmm fit --data bacteria.csv --formula "y ~ trt + I(week > 2) + (1 | ID)" --family binomial \
               --levels trt=placebo,drug,drug+ --method aghq --nodes 25
          glmm fit --data Owls.csv --formula "SiblingNegotiation ~ FoodTreatment*SexParent + (1 | Nest)" \
               --family negative-binomial --method laplace --theta estimated
          glmm fit --data visits.parquet --sql "SELECT * FROM data WHERE visit > 1" \
               --formula "y ~ trt + (1 | clinic)" --family binomial
        """;

    private const string PredictExamples = """
          glmm fit --data epil.csv --formula "y ~ lbase*trt + lage + V4 + (1 | subject)" --family poisson \
               --save epil.model
          glmm predict --model epil.model --data visits.csv
          glmm predict --model epil.model --data visits.csv --population --level 0.9 --out means.csv
          glmm predict --model epil.model --data next.csv --fold-in visits.csv --interval prediction --json -
        """;

    private const string PredictQuantities = """
        In the output:
          fitted     the mean of the response or, with --type link, the linear predictor
          std_error  its standard error given the variance components, that of the random effects included
          lower      lower end of the interval
          upper      upper end of the interval
          basis      cluster: with the random effects of the row's own cluster; zero: at random effects of zero, since
                     the model does not know the cluster; population: the mean over all clusters (--population)
        Rows are those of the data, from 1. NA where a value that the model needs is missing.
        """;

    private const string SimulateExamples = """
          glmm simulate --family binomial --clusters 1000 --cluster-size 10 --fixed -1,0.5 --sd 1 \
               --seed 7 --out b.csv
          glmm simulate --family poisson --clusters 200 --cluster-size 8 --fixed 0.5,0.2 --sd 0.5,0.3 \
               --correlation -0.4 --seed 1 --out p.csv.gz
        """;

    private const string PowerExamples = """
          glmm power --family binomial --clusters 20,40,80 --cluster-size 10 --fixed -0.5,0.6,0 --sd 1 --effect x1
          glmm power --family poisson --clusters 10,20 --cluster-size 3,10 --fixed 0.5 --sd 0.3 --test variance
        """;

    private const string ReportExamples = """
          glmm fit --data sleepstudy.csv --formula "Reaction ~ Days + (1 + Days | Subject)" --family gaussian \
               --save sleep.model
          glmm report sleep.model --data sleepstudy.csv --out report.html
          glmm report sleep.model --data sleepstudy.csv --plot caterpillar.svg --plot trajectories.png --clusters 18
        """;

    private const string Quantities = """
        In the output:
          deviance              the sum of the unit deviances at the fitted means, not divided by the dispersion
          log quasi-likelihood  the approximation to the marginal log quasi-likelihood that pql and mql maximise;
                                no likelihood, and no ground for tests between different fixed effects
          log-likelihood        what laplace and aghq maximise, all constants included, and with it AIC and BIC; of
                                pql and mql shown for gaussian with identity, where the fit is exact REML or ML
          std. errors           of pql and mql at the given variance components; of laplace and aghq from the observed
                                information on all parameters together, those of the variances and the shape, too
          next step             (gradient_norm in JSON) how far the estimates would still move, in standard errors;
                                converged when below --tolerance
        """;

    private const string ExitCodes = """
        Exit codes:
          0    done, and converged (a singular covariance is fine)
          1    a defect of glmm
          2    the request or the data are wrong; nothing was written
          3    fitted and written, but not converged
          130  cancelled
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        int exitCode = help.Invoke(parseResult);
        if (command is FitCommand)
        {
            output.WriteLine(Quantities);
            output.WriteLine();
        }

        if (command is PredictCommand)
        {
            output.WriteLine(PredictQuantities);
            output.WriteLine();
        }

        output.WriteLine("Examples:");
        if (command is FitCommand or RootCommand) output.WriteLine(FitExamples);
        if (command is PredictCommand or RootCommand) output.WriteLine(PredictExamples);
        if (command is SimulateCommand or RootCommand) output.WriteLine(SimulateExamples);
        if (command is PowerCommand or RootCommand) output.WriteLine(PowerExamples);
        if (command is ReportCommand or RootCommand) output.WriteLine(ReportExamples);
        output.WriteLine();
        output.WriteLine(ExitCodes);
        return exitCode;
    }
}
