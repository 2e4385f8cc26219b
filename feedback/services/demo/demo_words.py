"""What people of the demo company write in reviews, objections, interviews, goals and plans; in either language."""

STRENGTHS = (
    "客户关系维护扎实，重点客户续约率高。",
    "报价和合同准备细致，很少返工。",
    "主动把客户反馈带回给产品团队。",
    "Keeps promises to clients and says early when something slips.",
    "Prepares visits well; what was agreed is always in the CRM.",
    "Helps newer colleagues with difficult negotiations.",
)
TO_IMPROVE = (
    "回款跟进可以更早启动。",
    "大客户方案需要提前与交付团队对齐。",
    "月度预测与实际偏差较大，建议每两周更新。",
    "New clients come from too few sources; try the referral programme.",
    "Complaints should be answered within two working days.",
    "Hand more of the routine work to the assistants.",
)
DRAFT = "草稿：先记下与客户的两次续约谈判。Draft: the two renewals first."
CONTRIBUTION = "十月仍由我带教，客户交接清楚。In October he was still in my team; the handover was clean."

REJECTED = "记录核对无误，指标按方案计算。The records were checked, and the figure follows the scheme."
UPHELD = "补录了一份漏记的合同，已重新计算。A contract had been left out; the total was computed again."
OBJECTION = "这个数字与我的记录不一致，请核对。This figure is not what my records say; please check it."
OBJECTION_AGAIN = "仍少一份合同。One more contract is missing."
REJECTED_AGAIN = "第二份合同属于下一季度。The other contract belongs to the next quarter."
EVIDENCE = "CRM-REPORT-17"
STATEMENT = "数据来自财务系统，我没有改动。The figure came from finance as it is."
CORRECTED = "财务月结后更正 Corrected after the monthly closing"
TOLD_ANEW = "补录数据后重新发布 Told again with the corrected figure"
LEFT_OUT = {
    "feedback": "客户答卷太少，无法评分 Too few answers of clients for a score",
    "goals": "未商定发展目标 No goals were agreed",
}
HELD_BACK = "资料不全，本期不考核 Not enough is there for an appraisal of this period"

RAISED = "Q2 主导了年度最大合同的续约。Led the renewal of the largest contract of the year."
RAISED_FACT = "合同 Contract K-2025-118"
QUESTION = "请说明客户增长的口径。How was the growth counted?"

PRESENT = "本人与上级 The person and the manager"
TOPICS = "结果、原因、下一步的支持。The result, what led to it, and what support is needed next."
AGREEMENT = "每周一次客户拜访复盘 Look back at visits once a week"
REMARK = "同意记录的内容。The record is right."

PLAN_REASON = "低于目标 Below the targets"
PLAN_ITEM = "每周拜访两家客户并记录 Visit two clients a week and record it"
PLAN_MEASURE = "登记册中的回访记录 Visits in the register"
PLAN_HELP = "谈判培训名额 A place in the negotiation training"
TRAINING_REASON = "为大客户谈判做准备 To be ready for negotiations with key accounts"
TRAINING_ITEM = "参加谈判认证培训 Take the negotiation certificate"
TRAINING_MEASURE = "证书 The certificate"
ON_TRACK = "拜访次数达标，转化率回升。Enough visits, and conversion is rising."
AT_RISK = "病假两周，进度落后。Two weeks of sick leave; behind the plan."
MET = "目标达成，计划结束。Everything was reached."
EXTENDED = "延长三个月，继续支持。Extended by three months, with the same support."

INCIDENT = "数据保护 Data protection"
PROVED = "日志可以证实。The logs prove it."
NOT_PROVED = "日志不支持这一说法。The logs do not bear it out."

GOAL_RATING = "通过谈判技巧认证 Pass the negotiation certificate"
GOAL_MILESTONES = "为五家老客户更新服务方案 New service plans for five long-standing clients"
GOAL_FIGURE = "完成十次新客户推荐 Ten referrals of new clients"
GOAL_LASTING = "把一个新行业做到可复制 Open up one new line of business"
COMPANY_GOAL = "提高客户满意度 Higher customer satisfaction"
MILESTONES = ("方案初稿 Draft of the plan", "客户确认 Agreed with the client", "上线 In use")
PROGRESS = "两家已确认，第三家本周会谈。Two have agreed; the third meets us this week."
RATED = "证书已提交，成绩良好。The certificate was handed in, with a good mark."

VISIT_KINDS = ("上门 on site", "电话 by phone", "视频 by video")
VISIT_OUTCOMES = ("确认下季度需求 Needs of the next quarter confirmed", "解决交期问题 Delivery settled", "")
COMPLAINT_OUTCOMES = ("补发并致歉 Sent again, with an apology", "发票已更正 Invoice corrected", "")
CHANGED_TARGET = "区域调整后重新分配 Shared out anew after the regions changed"
