# MASS::glmmPQL as its users call it: at most ten fits of the working model by nlme::lme, by maximum likelihood, the
# dispersion estimated; it stops when a fit changes the linear predictor by less than a thousandth of its length. With
# the variant `tight`, the same function stopping later, to show where its iteration leads.
source("common.R") # run in this folder
needs("MASS", "nlme")
data <- read_data()

fit_pql <- MASS::glmmPQL
niter <- 10
control <- nlme::lmeControl()
if (identical(variant, "tight")) {
  # The bound on the squared relative change is written into the function. Here it is replaced in its syntax tree.
  replaced <- 0
  tighten <- function(node) {
    if (identical(node, 1e-06)) {
      replaced <<- replaced + 1
      return(1e-16)
    }
    if (is.call(node)) {
      for (i in seq_along(node)) {
        if (is.call(node[[i]]) || is.numeric(node[[i]])) node[[i]] <- tighten(node[[i]])
      }
    }
    node
  }
  body(fit_pql) <- tighten(body(fit_pql))
  if (replaced != 1) stop("this version of MASS::glmmPQL stops in another way: nothing was tightened")
  niter <- 50
  # lme's own `tolerance` is idle here, as its weights are fixed; these go to the minimiser of its likelihood, nlminb.
  control <- nlme::lmeControl(rel.tol = 1e-13, x.tol = 1e-10, sing.tol = 1e-30, msMaxIter = 200, msMaxEval = 1000,
                              returnObject = TRUE)
}

run <- timed(fit_pql(
  y ~ x1 + x2 + x3 + x4 + time, random = as.formula(paste("~", random_effects, "| id")), family = family, data = data,
  niter = niter, control = control, verbose = FALSE
))
covariance <- nlme::getVarCov(run$value)
report(run, "MASS", nlme::fixef(run$value), sqrt(diag(covariance)), cov2cor(covariance), run$value$sigma^2)
